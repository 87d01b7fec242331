import type { AuditHead } from "@crew/contracts/audit";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { NO_HASH } from "./audit-hash.ts";
import { findAuditHead } from "./audit-repository.ts";

/** The chain's last link. Kept where nobody of this installation can write, it tells later whether the end was cut off. */
export async function getAuditHead(ctx: Ctx<"db">): Promise<AuditHead> {
  requirePermission(ctx, "audit:read");
  return (await findAuditHead(ctx.db, ctx.actor.workspaceId)) ?? { seq: 0, hash: NO_HASH };
}
