import type { Backup } from "@crew/contracts/backups";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requireOperator } from "../access/require-operator.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { askToVerify, findBackup } from "./backup-repository.ts";
import { requirePlan } from "./require-plan.ts";

/** Asks the process that makes backups to restore this one elsewhere and to compare; its row tells what came of it. */
export async function verifyBackup(ctx: Ctx<"db" | "now" | "newId">, backupId: string): Promise<Backup> {
  await requireOperator(ctx);
  return inTransaction(acrossWorkspaces(ctx), async (ctx) => {
    const backup = await findBackup(ctx.db, backupId);
    if (!backup) throw new AppError("not_found", "There is no backup with this id.");
    const { place } = await requirePlan(ctx.db);
    if (backup.kind !== "logical" || backup.place !== place)
      throw new AppError("conflict", "It lies where the process that makes backups does not look. Verify it on the machine.");
    const asked = await askToVerify(ctx.db, backupId);
    if (!asked) throw new AppError("conflict", "Only a backup that is complete can be verified.");
    await recordAudit(ctx, { action: "backup.verification_requested", subject: backupId, detail: { name: asked.name } });
    return asked;
  });
}
