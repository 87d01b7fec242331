import type { Page, PageQuery } from "@crew/contracts/page";
import type { RunMessage } from "@crew/contracts/run-messages";
import type { Ctx } from "../system.ts";
import { getRun } from "./get-run.ts";
import { listRunMessagePage } from "./run-message-repository.ts";

/** What was said to a run, oldest first. */
export async function listRunMessages(ctx: Ctx<"db" | "statements">, runId: string, page: PageQuery): Promise<Page<RunMessage>> {
  await getRun(ctx, runId);
  return listRunMessagePage(ctx.db, ctx.actor.workspaceId, runId, page);
}
