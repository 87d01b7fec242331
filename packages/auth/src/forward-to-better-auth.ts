import type { ErrorCode } from "@crew/contracts/error-codes";
import { AppError } from "@crew/core/app-error";
import type { AuthCall, AuthParts } from "./auth-call.ts";
import type { AuthSystem, Client } from "./auth-system.ts";

/** Lets Better Auth answer a request, with `fields` as its body: nothing else of the body gets there. */
export type Forward = (call: AuthCall, fields?: object) => Promise<Response>;

export function betterAuthForwarder(system: AuthSystem, parts: AuthParts): Forward {
  // Loaded with the first request: a person who comes with a key or a session needs none of it.
  let loading: Promise<(request: Request) => Promise<Response>> | undefined;
  const load = () => {
    loading ??= import("./configure-better-auth.ts").then((module) => module.configureBetterAuth(system, parts).handler);
    return loading.catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
  };
  return async ({ request, client }, fields) => withoutTokens(await (await load())(asSeen(request, client, fields)), parts);
}

function asSeen(original: Request, client: Client, fields: object | undefined): Request {
  const headers = new Headers(original.headers);
  headers.delete("content-length");
  headers.set("x-crew-client-address", client.address ?? "");
  if (!fields) return new Request(original.url, { method: original.method, headers });
  headers.set("content-type", "application/json");
  return new Request(original.url, { method: original.method, headers, body: JSON.stringify(fields) });
}

async function withoutTokens(response: Response, parts: AuthParts): Promise<Response> {
  const text = await response.text();
  if (response.status >= 400) throw failureOf(response.status, text);
  const answer = new Response(text && JSON.stringify(JSON.parse(text, (key, value) => (key === "token" ? undefined : value))), {
    status: response.status,
    headers: { "content-type": "application/json" },
  });
  for (const cookie of response.headers.getSetCookie()) answer.headers.append("set-cookie", parts.cookie.prolong(cookie));
  return answer;
}

const CODES: Record<number, ErrorCode> = { 401: "unauthenticated", 403: "forbidden", 404: "not_found", 422: "conflict", 429: "limited" };

function failureOf(status: number, text: string): Error {
  if (status >= 500) return new Error(`Better Auth answered ${status}: ${text.slice(0, 500)}`);
  return new AppError(CODES[status] ?? "invalid", messageOf(text) ?? "The request was refused.");
}

function messageOf(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? `${message.replace(/\.$/, "")}.` : undefined;
  } catch {
    return undefined;
  }
}
