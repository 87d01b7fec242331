import type { SocketTicket } from "@crew/contracts/session";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { newOneTimeToken } from "./one-time-token.ts";
import { insertSocketTicket } from "./one-time-token-repository.ts";

const LIFETIME_MS = 30_000;

/** Lets a client without a cookie open one socket, without its key in a URL. Not audited: it gives nothing new to anyone. */
export async function createSocketTicket(ctx: Ctx<"statements" | "now">): Promise<SocketTicket> {
  requirePermission(ctx, "workspace:read");
  const { token, tokenHash } = newOneTimeToken();
  const now = ctx.now();
  const expiresAt = new Date(now.getTime() + LIFETIME_MS);
  await insertSocketTicket(acrossWorkspaces(ctx).statements, tokenHash, ctx.actor, now, expiresAt);
  return { ticket: token, expiresAt: expiresAt.toISOString() };
}
