import type { RunState } from "@crew/contracts/run-states";
import type { Run } from "@crew/contracts/runs";
import { logAbout } from "../../log-about.ts";
import type { Span } from "../../traces-port.ts";
import type { Claim } from "./claim.ts";
import type { ExecutionContext } from "./execution-context.ts";
import type { ExecutionSystem } from "./execution-system.ts";

/**
 * One attempt of a worker at a run: a span in the run's own trace, below which all its steps are, and a log that says with
 * each line which run it is about. Names of the conventions for generative AI; titles are left out, which may quote people.
 */
export function watchedExecution(
  system: ExecutionSystem,
  claim: Claim,
  work: (system: ExecutionSystem, span: Span) => Promise<void>,
): Promise<void> {
  const { run, workspaceId } = claim;
  if (run.attempt === 1) system.metrics.observe("run_start_seconds", { kind: run.kind }, waitedSeconds(run));
  const log = logAbout(system.log, { runId: run.id, workspaceId });
  const operation = run.kind === "chat" ? "invoke_agent" : "invoke_workflow";
  const attributes = {
    "gen_ai.operation.name": operation,
    "gen_ai.conversation.id": run.conversationId,
    "crew.run.id": run.id,
    "crew.run.kind": run.kind,
    "crew.run.attempt": run.attempt,
    "crew.crew.id": run.crewId,
    "crew.workspace.id": workspaceId,
  };
  return system.traces.span({ name: `${operation} attempt`, attributes, runId: run.id }, (span) => work({ ...system, log }, span));
}

/** By two clocks, the server's that took the run in and the database's: never less than nothing. */
function waitedSeconds({ createdAt, startedAt }: Run): number {
  return startedAt === null ? 0 : Math.max(Date.parse(startedAt) - Date.parse(createdAt), 0) / 1_000;
}

/** What an ended run has taken, once it is stored. */
export function noteRunEnd(
  { system: { metrics, traces }, journal: { claim }, activeMs, stoppedMs, signal }: ExecutionContext,
  state: Extract<RunState, "succeeded" | "failed" | "cancelled">,
  failure: string | null,
): void {
  const { run, workspaceId } = claim;
  metrics.observe("run_seconds", { kind: run.kind, state }, activeMs() / 1_000);
  const stopped = stoppedMs();
  if (stopped !== null) metrics.observe("run_stop_seconds", { why: String(signal.reason) }, stopped / 1_000);
  traces.endRun({
    runId: run.id,
    name: `run ${run.kind}`,
    startedAt: run.createdAt,
    attributes: { "crew.run.state": state, "crew.run.kind": run.kind, "crew.crew.id": run.crewId, "crew.workspace.id": workspaceId },
    failure,
  });
}
