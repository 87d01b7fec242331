import { ApiError } from "@crew/client/api-error";
import { call } from "@crew/client/call";
import { workspaceHeaders } from "./chosen-workspace.ts";
import { askForStepUp } from "./step-up-store.ts";

type AnyCall = (endpoint: unknown, options?: object) => Promise<unknown>;

/**
 * `call` as the console makes it: in the workspace of this window. What asks for the password once more asks for it in
 * a dialog and is then sent again by itself; who declines gets the server's refusal.
 */
export const callApi: typeof call = (async (endpoint: unknown, options: { headers?: Record<string, string> } = {}) => {
  const send = () => (call as AnyCall)(endpoint, { ...options, headers: { ...workspaceHeaders(), ...options.headers } });
  return withStepUp(send);
}) as never;

/** Sends; where the answer is that the session is too old for this, asks who it is and sends once more. */
export async function withStepUp<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof ApiError) || error.remedy !== "step_up") throw error;
    await askForStepUp(error);
    return send();
  }
}
