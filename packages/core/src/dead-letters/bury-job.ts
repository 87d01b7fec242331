import type { Job } from "../job.ts";
import type { System } from "../system.ts";
import { type DeadJob, findJobWorkspace, insertDeadJob } from "./dead-letter-repository.ts";

/**
 * Keeps a job that has failed for good, once. One that belongs to a workspace is listed there; one of the installation is
 * shown to nobody, but counted and logged.
 */
export async function buryJob(
  system: Pick<System, "statements" | "secrets" | "bus" | "log" | "metrics" | "newId">,
  dead: DeadJob,
  job: Job | undefined,
): Promise<void> {
  const { name, code, attempts, jobId } = dead;
  const owner = job?.workspace && (await findJobWorkspace(system.statements, job.workspace, dead.payload));
  const letterId = system.newId("letter");
  const kept = await insertDeadJob(system.statements, letterId, owner ?? null, { ...dead, message: system.secrets.redact(dead.message) });
  if (!kept) return;
  system.metrics.count("dead_letters", { kind: "job", code });
  system.log.error({ job: name, jobId, code, attempts, letterId }, "a job has failed for good");
  if (kept.workspaceId) system.bus.publish(`workspace:${kept.workspaceId}`, { type: "changed", what: "dead_letter", id: letterId });
}
