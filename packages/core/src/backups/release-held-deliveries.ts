import type { ReleasedRestored, ReleaseRestored } from "@crew/contracts/backups";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requireOperator } from "../access/require-operator.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { releaseWithin } from "./release-restored.ts";

/** What `crew backup release` does on the machine, for an operator in the console. */
export async function releaseHeldDeliveries(ctx: Ctx<"db" | "now" | "newId">, wanted: ReleaseRestored): Promise<ReleasedRestored> {
  await requireOperator(ctx);
  return inTransaction(acrossWorkspaces(ctx), async (ctx) => {
    const released = await releaseWithin(ctx.db, wanted);
    await recordAudit(ctx, { action: "installation.released", subject: ctx.actor.userId, detail: { ...released } });
    return released;
  });
}
