import { findMailedToken, type MailedToken } from "../mail/mailed-token-repository.ts";
import { hashOneTimeToken } from "../sessions/one-time-token.ts";
import type { System } from "../system.ts";

/** Whose mailed token this is, without using it up; `undefined` for one that opens nothing. */
export async function peekMailedToken(ctx: Pick<System, "statements" | "now">, token: string): Promise<MailedToken | undefined> {
  return findMailedToken(ctx.statements, hashOneTimeToken(token), ctx.now());
}
