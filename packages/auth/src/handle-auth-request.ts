import type { ErrorCode } from "@crew/contracts/error-codes";
import { AppError } from "@crew/core/app-error";
import type { Auth, AuthSystem, Client } from "./auth-system.ts";
import { readPasswordChange, readSessionId, readSignIn, readSignUp } from "./read-auth-body.ts";
import { findOwnSessionToken } from "./session-rows.ts";
import { signUpByPolicy } from "./sign-up-policy.ts";

/** Guesses at one account's password from anywhere; the limit of each network stands before it. */
const SIGN_INS = { points: 30, windowSeconds: 900 };

type Parts = Pick<Auth, "origins" | "cookie">;
type Forward = (request: Request, body?: object) => Promise<Response>;
type Answer = (request: Request, body: unknown, forward: Forward) => Promise<Response>;

/**
 * Answers the routes of Better Auth that we serve, and no other: each has its line here. Bodies are checked before,
 * session tokens are taken out after, so that no script on a page can read one.
 */
export function handleAuthRequest(system: AuthSystem, parts: Parts): Auth["handle"] {
  const routes: Record<string, Answer> = {
    "POST /sign-up/email": (request, body, forward) => {
      const fields = readSignUp(body);
      return signUpByPolicy(system, () => forward(request, fields));
    },
    "POST /sign-in/email": async (request, body, forward) => {
      const fields = readSignIn(body);
      const taken = await system.limiter.take(`sign-in:${fields.email.toLowerCase()}`, SIGN_INS);
      if (!taken.allowed)
        throw new AppError("limited", "Too many sign-ins for this account. Try again later.", { retryAfterSeconds: taken.resetSeconds });
      return forward(request, fields);
    },
    "POST /sign-out": (request, _body, forward) => forward(request, {}),
    "GET /get-session": (request, _body, forward) => forward(request),
    "GET /list-sessions": (request, _body, forward) => forward(request),
    "POST /revoke-session": async (request, body, forward) => {
      const own = parts.cookie.read(request.headers.get("cookie") ?? undefined);
      const token = own && (await findOwnSessionToken(system, own, readSessionId(body)));
      if (!token) throw new AppError("not_found", "You have no session with this id.");
      return forward(request, { token });
    },
    "POST /revoke-sessions": (request, _body, forward) => forward(request, {}),
    "POST /revoke-other-sessions": (request, _body, forward) => forward(request, {}),
    "POST /change-password": (request, body, forward) => forward(request, readPasswordChange(body)),
  };
  // Loaded with the first request: a person who comes with a key or a session needs none of it.
  let loading: Promise<(request: Request) => Promise<Response>> | undefined;
  const load = () => {
    loading ??= import("./configure-better-auth.ts").then((module) => module.configureBetterAuth(system, parts).handler);
    return loading.catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
  };
  return async (request, client) => {
    const path = new URL(request.url).pathname.slice("/api/auth".length);
    const route = routes[`${request.method} ${path}`];
    if (!route) throw new AppError("not_found", "There is nothing at this address.");
    const body = request.method === "GET" ? undefined : await readJson(request);
    const forward: Forward = async (original, fields) => (await load())(asSeen(original, client, fields));
    return withoutTokens(await route(request, body, forward), parts);
  };
}

async function readJson(request: Request): Promise<unknown> {
  const text = await request.text();
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid", "The body is not JSON.", { cause });
  }
}

function asSeen(original: Request, client: Client, fields: object | undefined): Request {
  const headers = new Headers(original.headers);
  headers.delete("content-length");
  headers.set("x-crew-client-address", client.address ?? "");
  if (!fields) return new Request(original.url, { method: original.method, headers });
  headers.set("content-type", "application/json");
  return new Request(original.url, { method: original.method, headers, body: JSON.stringify(fields) });
}

async function withoutTokens(response: Response, parts: Parts): Promise<Response> {
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
