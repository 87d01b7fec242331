import { AppError } from "@crew/core/app-error";
import type { AskedFrom } from "@crew/core/mail/account-mail-job";
import type { Auth, AuthSystem, Client } from "./auth-system.ts";
import { deviceWords } from "./device-words.ts";
import { findSession, type SessionRow } from "./session-rows.ts";

/** One request under `/api/auth`, its body read and not yet checked. */
export interface AuthCall {
  request: Request;
  body: unknown;
  client: Client;
}

/** By method and path: `POST /sign-out`. */
export type AuthRoutes = Record<string, (call: AuthCall) => Promise<Response>>;

export type AuthParts = Pick<Auth, "origins" | "cookie">;

export function answerJson(value: unknown, cookies: readonly string[] = []): Response {
  const answer = new Response(JSON.stringify(value), { headers: { "content-type": "application/json" } });
  for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
  return answer;
}

/** Who asks, by the session cookie alone. Throws `unauthenticated`. */
export async function requireSession(system: AuthSystem, parts: AuthParts, { request }: AuthCall): Promise<SessionRow & { token: string }> {
  const token = parts.cookie.read(request.headers.get("cookie") ?? undefined);
  const row = token && (await findSession(system, token, null));
  if (!token || !row) throw new AppError("unauthenticated", "Sign in first.");
  return { ...row, token };
}

export function askedFrom(client: Client): AskedFrom {
  return { address: client.address, device: deviceWords(client.userAgent) };
}
