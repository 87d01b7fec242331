import type { Run, StartRun } from "@crew/contracts/runs";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { queueCrewRun } from "./queue-crew-run.ts";

const MAX_DOCUMENT_CHARACTERS = 4_000_000;

/** The conversation in which a person had a run started. */
export interface ChatOrigin {
  chatRunId: string;
  conversationId: string | null;
}

/** Queues a run of the crew's current version. One transaction: the run, its first event, the audit row, word to the workers. */
export async function startRun(
  ctx: Ctx<"db" | "statements" | "bus" | "now" | "newId">,
  crewId: string,
  input: StartRun,
  origin?: ChatOrigin,
): Promise<Run> {
  await requireCrewPermission(ctx, "run", () => crewId);
  const characters = input.documents.reduce((sum, document) => sum + document.text.length, 0);
  if (characters > MAX_DOCUMENT_CHARACTERS)
    throw new AppError("too_large", "The documents are larger than 4 MB together. Give the run fewer or shorter ones.");
  const run = await inTransaction(ctx, async (ctx) => {
    const run = await queueCrewRun(ctx, crewId, input, origin && { kind: "chat", name: ctx.actor.name });
    await recordAudit(ctx, { action: "run.started", subject: run.id, detail: { crewId, crewVersion: run.crewVersion, ...origin } });
    return run;
  });
  ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "run", id: run.id });
  return run;
}
