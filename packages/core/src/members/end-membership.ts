import { type RemovedApiKey, removeApiKeys } from "../api-keys/api-key-repository.ts";
import type { Ctx } from "../system.ts";
import { findMember, type MemberStanding, removeMemberRow } from "./member-repository.ts";
import { refuseLastOwner } from "./refuse-last-owner.ts";

/** Inside a transaction that holds the workspace's lock: the member goes, and with them their keys and grants. */
export async function endMembership(ctx: Ctx<"db">, userId: string): Promise<(MemberStanding & { apiKeys: RemovedApiKey[] }) | undefined> {
  const { workspaceId } = ctx.actor;
  const member = await findMember(ctx.db, workspaceId, userId);
  if (!member) return undefined;
  if (member.role === "owner") await refuseLastOwner(ctx);
  const apiKeys = await removeApiKeys(ctx.db, { workspaceId, userId });
  await removeMemberRow(ctx.db, workspaceId, userId);
  return { ...member, apiKeys };
}
