import { AppError } from "../app-error.ts";
import type { System } from "../system.ts";
import { findLocalOwner } from "../workspaces/local-owner-repository.ts";
import { newOneTimeToken } from "./one-time-token.ts";
import { insertSignInLink } from "./one-time-token-repository.ts";

const LIFETIME_MS = 600_000;

/**
 * For whoever can read the terminal or the data folder of an embedded installation. The token goes into the link that
 * is printed. Throws `conflict` once there is no local owner any more.
 */
export async function createSignInLink(ctx: Pick<System, "db" | "statements" | "now">): Promise<{ token: string; expiresAt: string }> {
  if (!(await findLocalOwner(ctx.db)))
    throw new AppError("conflict", "The owner of this installation signs in with e-mail and password; there are no links any more.");
  const { token, tokenHash } = newOneTimeToken();
  const now = ctx.now();
  const expiresAt = new Date(now.getTime() + LIFETIME_MS);
  await insertSignInLink(ctx.statements, tokenHash, now, expiresAt);
  return { token, expiresAt: expiresAt.toISOString() };
}
