import { createHash } from "node:crypto";
import type { SignInProvider } from "@crew/core/sessions/sign-in-provider";
import type { SignInFlow } from "./sign-in-flow-rows.ts";

/** What another's sign-in says about somebody, checked. */
export interface OtherProfile {
  subject: string;
  email: string | null;
  isVerified: boolean;
  name: string | null;
}

/** One way of signing in with another's account. Rejects with `OtherSignInError`. */
export interface OtherSignIn {
  /** Where the browser goes. */
  addressFor(flow: SignInFlow & { state: string }, redirectUri: string): Promise<string>;
  /** Who came back. */
  profileOf(callback: URLSearchParams, flow: SignInFlow, redirectUri: string): Promise<OtherProfile>;
}

/** The provider refused, cannot be reached, or says what cannot be trusted. The message is for the log, and holds no secret. */
export class OtherSignInError extends Error {
  override name = "OtherSignInError";
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 256 * 1024;

export type ProviderFetch = typeof globalThis.fetch;

/** A JSON object from the provider, within limits of time and size; redirects are not followed. */
export async function askProvider(fetch: ProviderFetch, url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  return (await askForJson(fetch, url, init)) as Record<string, unknown>;
}

export async function askForJson(fetch: ProviderFetch, url: string, init: RequestInit): Promise<object> {
  const headers = { accept: "application/json", "user-agent": "crewai-platform", ...(init.headers as Record<string, string>) };
  try {
    const response = await fetch(url, { ...init, headers, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await cappedText(response);
    if (!response.ok) throw new OtherSignInError(`${new URL(url).origin} answered ${response.status}`);
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null)
      throw new OtherSignInError(`${new URL(url).origin} answered something else than an object`);
    return value;
  } catch (error) {
    if (error instanceof OtherSignInError) throw error;
    throw new OtherSignInError(`${URL.parse(url)?.origin ?? "the provider"} could not be asked: ${(error as Error).message}`);
  }
}

async function cappedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new OtherSignInError("the provider's answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The parameters that every authorization request has: code flow with PKCE. */
export function authorizationParameters(
  provider: SignInProvider,
  flow: SignInFlow & { state: string },
  redirectUri: string,
): Record<string, string> {
  return {
    response_type: "code",
    client_id: provider.clientId,
    redirect_uri: redirectUri,
    state: flow.state,
    code_challenge: createHash("sha256").update(flow.codeVerifier).digest("base64url"),
    code_challenge_method: "S256",
  };
}

/** The code that came back. Throws for a refusal and for anything that is given twice. */
export function codeIn(callback: URLSearchParams): string {
  const refusal = callback.get("error");
  if (refusal !== null) throw new OtherSignInError(`the provider answered ${JSON.stringify(refusal.slice(0, 60))}`);
  const [code, ...more] = callback.getAll("code");
  if (!code || code.length > 2_000 || more.length > 0) throw new OtherSignInError("the provider sent no code");
  return code;
}

export function textIn(value: unknown, maxLength = 254): string | null {
  return typeof value === "string" && value.length > 0 && value.length <= maxLength ? value : null;
}
