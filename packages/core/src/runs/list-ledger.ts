import type { Page, PageQuery } from "@crew/contracts/page";
import type { CallAttempt } from "@crew/contracts/runs";
import type { Ctx } from "../system.ts";
import { getRun } from "./get-run.ts";
import { listLedgerPage } from "./run-repository.ts";

/** Every attempt to call a model, oldest first. */
export async function listLedger(ctx: Ctx<"statements">, runId: string, query: PageQuery): Promise<Page<CallAttempt>> {
  await getRun(ctx, runId);
  return listLedgerPage(ctx.statements, runId, query);
}
