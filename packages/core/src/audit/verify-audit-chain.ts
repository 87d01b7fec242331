import type { AuditVerdict, VerifyAudit } from "@crew/contracts/audit";
import { requirePermission } from "../access/require-permission.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { findBrokenLink } from "./find-broken-link.ts";
import { recordAudit } from "./record-audit.ts";

/** Checks the workspace's log and logs that it did. The walk is outside the transaction: it may take minutes. */
export async function verifyAuditChain(ctx: Ctx<"db" | "now" | "newId" | "log">, { anchor }: VerifyAudit): Promise<AuditVerdict> {
  requirePermission(ctx, "audit:read");
  const { workspaceId } = ctx.actor;
  const verdict = await findBrokenLink(ctx.db, workspaceId, anchor);
  if (!verdict.intact) ctx.log.error({ workspaceId, ...verdict.firstBroken }, "the audit log of a workspace is broken");
  await inTransaction(ctx, async (ctx) => {
    const { intact, checked, firstBroken } = verdict;
    await recordAudit(ctx, { action: "audit.verified", subject: workspaceId, detail: { intact, checked, firstBroken } });
  });
  return verdict;
}
