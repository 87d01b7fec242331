import type { Run, StartRun } from "@crew/contracts/runs";
import { AppError, notFound } from "../app-error.ts";
import { loadCrewVersion } from "../crews/load-crew-version.ts";
import { requireContainment } from "../crews/require-containment.ts";
import type { Ctx } from "../system.ts";
import { insertQueuedRun, type RunSource } from "./insert-queued-run.ts";

/**
 * What every start of a crew's run has in common, whoever or whatever starts it; part of the caller's transaction. The
 * caller has asked whether the actor may, and leaves the audit record.
 */
export async function queueCrewRun(
  ctx: Ctx<"db" | "now" | "newId">,
  crewId: string,
  input: Pick<StartRun, "inputs" | "documents" | "priority" | "maxExecutionSeconds">,
  source?: RunSource,
): Promise<Run> {
  const crew = await loadCrewVersion(ctx.db, ctx.actor.workspaceId, crewId);
  if (!crew) throw notFound("crew");
  requireContainment(crew.containment);
  refuseMissingInputs(crew.placeholders, input.inputs);
  return insertQueuedRun(ctx, {
    kind: "crew",
    crew: { id: crewId, version: crew.version },
    conversationId: null,
    title: crew.definition.name,
    inputs: input.inputs,
    documents: input.documents,
    tasksTotal: crew.definition.tasks.length,
    priority: input.priority,
    maxExecutionSeconds: input.maxExecutionSeconds,
    ...(source && { source }),
  });
}

export function refuseMissingInputs(placeholders: readonly string[], inputs: StartRun["inputs"]): void {
  const missing = placeholders.filter((name) => !Object.hasOwn(inputs, name));
  if (missing.length === 0) return;
  const issues = missing.map((name) => ({ path: `inputs.${name}`, message: "The crew's texts use this placeholder; give it a value." }));
  throw new AppError(
    "invalid",
    `The crew needs ${missing.length === 1 ? "an input" : "inputs"} that the request does not give: ${missing.join(", ")}.`,
    { issues },
  );
}
