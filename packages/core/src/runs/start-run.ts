import type { Run, StartRun } from "@crew/contracts/runs";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { loadCrewVersion } from "../crews/load-crew-version.ts";
import { requireContainment } from "../crews/require-containment.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { insertQueuedRun } from "./insert-queued-run.ts";

const MAX_DOCUMENT_CHARACTERS = 4_000_000;

/** Queues a run of the crew's current version. One transaction: the run, its first event, the audit row, word to the workers. */
export async function startRun(ctx: Ctx<"db" | "statements" | "bus" | "now" | "newId">, crewId: string, input: StartRun): Promise<Run> {
  await requireCrewPermission(ctx, "run", () => crewId);
  const characters = input.documents.reduce((sum, document) => sum + document.text.length, 0);
  if (characters > MAX_DOCUMENT_CHARACTERS)
    throw new AppError("too_large", "The documents are larger than 4 MB together. Give the run fewer or shorter ones.");
  const run = await inTransaction(ctx, async (ctx) => {
    const crew = await loadCrewVersion(ctx.db, ctx.actor.workspaceId, crewId);
    if (!crew) throw notFound("crew");
    requireContainment(crew.containment);
    refuseMissingInputs(crew.placeholders, input.inputs);
    const run = await insertQueuedRun(ctx, {
      kind: "crew",
      crew: { id: crewId, version: crew.version },
      conversationId: null,
      title: crew.definition.name,
      inputs: input.inputs,
      documents: input.documents,
      tasksTotal: crew.definition.tasks.length,
    });
    await recordAudit(ctx, { action: "run.started", subject: run.id, detail: { crewId, crewVersion: crew.version } });
    return run;
  });
  ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "run", id: run.id });
  return run;
}

function refuseMissingInputs(placeholders: readonly string[], inputs: StartRun["inputs"]): void {
  const missing = placeholders.filter((name) => !(name in inputs));
  if (missing.length === 0) return;
  const issues = missing.map((name) => ({ path: `inputs.${name}`, message: "The crew's texts use this placeholder; give it a value." }));
  throw new AppError(
    "invalid",
    `The crew needs ${missing.length === 1 ? "an input" : "inputs"} that the request does not give: ${missing.join(", ")}.`,
    { issues },
  );
}
