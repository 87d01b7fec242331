import type { Backup } from "@crew/contracts/backups";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requireOperator } from "../access/require-operator.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { hasAskedBackup, insertBackup } from "./backup-repository.ts";
import { requirePlan } from "./require-plan.ts";

/** Until a process takes it and gives it the name of its archive. */
const NOT_TAKEN = "waits to be made";

/** Asks the process that makes backups for one, which sees it within seconds. */
export async function createBackup(ctx: Ctx<"db" | "now" | "newId">): Promise<Backup> {
  await requireOperator(ctx);
  return inTransaction(acrossWorkspaces(ctx), async (ctx) => {
    const { place } = await requirePlan(ctx.db);
    if (await hasAskedBackup(ctx.db)) throw new AppError("conflict", "A backup was asked for already and is about to be made.");
    const backup = await insertBackup(ctx.db, { id: ctx.newId("backup"), place, name: NOT_TAKEN }, { isTaken: false });
    await recordAudit(ctx, { action: "backup.requested", subject: backup.id, detail: { place } });
    return backup;
  });
}
