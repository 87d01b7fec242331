import { ApiError } from "@crew/client/api-error";
import type { ErrorCode } from "@crew/contracts/error-codes";
import { withStepUp } from "../../data/call-api.ts";
import { workspaceHeaders } from "../../data/chosen-workspace.ts";
import { leaving } from "../../data/leaving.ts";

/** The routes under `/api/auth` speak of sessions and are not part of the contract's endpoints. */
export function callAuth<T = unknown>(path: string, body?: object): Promise<T> {
  return withStepUp(() => send<T>(path, body));
}

async function send<T>(path: string, body: object | undefined): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/auth${path}`, {
      method: body ? "POST" : "GET",
      headers: { accept: "application/json", ...workspaceHeaders(), ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch (cause) {
    throw new ApiError(
      { code: "unavailable", status: 0, detail: "The platform cannot be reached. See whether it is still running." },
      { cause },
    );
  }
  const said = (await response.json().catch(() => null)) as Said | null;
  if (response.ok) return said as T;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  throw new ApiError(
    {
      ...said,
      code: said?.detail && said.code ? said.code : codeOf(response.status),
      status: response.status,
      detail: said?.detail ?? said?.message ?? "The platform refused.",
    },
    Number.isFinite(seconds) ? { retryAfterMs: seconds * 1_000 } : {},
  );
}

interface Said {
  code?: ErrorCode;
  message?: string;
  detail?: string;
  requestId?: string;
}

function codeOf(status: number): ErrorCode {
  if (status === 429) return "limited";
  if (status === 403) return "forbidden";
  return status >= 500 ? "unavailable" : "invalid";
}

/** `code`: the password was right and the second factor is asked for next. */
export async function signIn(input: { email: string; password: string }): Promise<"in" | "code"> {
  const said = await callAuth<{ twoFactorRequired?: boolean } | null>("/sign-in/email", input);
  return said?.twoFactorRequired ? "code" : "in";
}

export async function signUp(input: { name: string; email: string; password: string; invitation?: string }): Promise<void> {
  await callAuth("/sign-up/email", input);
}

export async function signOut(): Promise<void> {
  await leaving(() => callAuth("/sign-out", {}));
  try {
    // The answer has browsers clear it; this is for those that do not heed it.
    sessionStorage.clear();
  } catch {
    // Where nothing is kept, nothing is to be cleared.
  }
}
