import type { CrewContainment } from "@crew/contracts/crews";
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
  if (source?.kind === "trigger") refuseOpenCrew(crew.containment);
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

/** What a stranger sends is the third of the three that must not meet, whatever the crew's own tools read. */
function refuseOpenCrew({ privateData, openEgress, signedOff }: CrewContainment): void {
  if (signedOff !== null || privateData.length === 0 || openEgress.length === 0) return;
  throw new AppError(
    "conflict",
    `Events from outside may not start this crew: it reads what is confidential (${privateData.join(", ")}) and may send to any host without asking (${openEgress.join(", ")}). Name the hosts that it needs instead of "*".`,
  );
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
