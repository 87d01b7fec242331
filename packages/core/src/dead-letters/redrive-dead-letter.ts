import type { DeadLetter } from "@crew/contracts/dead-letters";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { inTransaction } from "../in-transaction.ts";
import { insertQueuedRun } from "../runs/insert-queued-run.ts";
import type { Ctx } from "../system.ts";
import { findLetter, type KeptLetter, resolveLetter } from "./dead-letter-repository.ts";
import { continueRun, findFailedRun } from "./redrive-repository.ts";
import { whyNotRedrivable } from "./why-not-redrivable.ts";

export type RedriveCtx = Ctx<"db" | "statements" | "bus" | "queue" | "now" | "newId">;

/**
 * A run goes on as a new one that continues it, for whoever asks: nothing that was finished is paid or done twice, and an
 * unsafe call whose outcome is unknown still asks a person. A job is sent anew. Of two at once, one does it.
 */
export async function redriveDeadLetter(ctx: RedriveCtx, letterId: string): Promise<DeadLetter> {
  requirePermission(ctx, "dead-letters:write");
  const { workspaceId } = ctx.actor;
  const letter = await findLetter(ctx.db, workspaceId, letterId);
  if (!letter) throw notFound("dead letter");
  if (letter.kind === "run") await requireCrewPermission(ctx, "run", () => letter.crewId);
  const redriven = await inTransaction(ctx, async (ctx) => {
    const obstacle = await whyNotRedrivable(ctx, letter);
    if (obstacle) throw new AppError("conflict", `This dead letter cannot be redriven. ${obstacle}`);
    const runId = letter.kind === "run" ? await queueContinuation(ctx, letter) : null;
    const resolved = await resolveLetter(ctx.db, workspaceId, letterId, { state: "redriven", by: ctx.actor.name, redrivenRunId: runId });
    if (!resolved) throw new AppError("conflict", "Somebody else has redriven or discarded this dead letter in the meantime.");
    if (letter.jobName) await ctx.queue.resend(ctx.db, letter.jobName, letter.payload ?? {});
    const detail = runId ? { runId: letter.runId, redrivenRunId: runId } : { job: letter.jobName };
    await recordAudit(ctx, { action: "dead_letter.redriven", subject: letterId, detail });
    return resolved;
  });
  const topic = `workspace:${workspaceId}` as const;
  ctx.bus.publish(topic, { type: "changed", what: "dead_letter", id: letterId });
  if (redriven.redrivenRunId) ctx.bus.publish(topic, { type: "changed", what: "run", id: redriven.redrivenRunId });
  return redriven;
}

async function queueContinuation(ctx: Ctx<"db" | "now" | "newId">, { runId }: KeptLetter): Promise<string> {
  const { workspaceId } = ctx.actor;
  const old = runId && (await findFailedRun(ctx.db, workspaceId, runId));
  if (!old || old.crewId === null || old.crewVersion === null) throw notFound("run");
  const { kind, crewId, crewVersion, startedBy, ...rest } = old;
  // Its documents come with the journal.
  const run = await insertQueuedRun(ctx, {
    ...rest,
    kind,
    crew: { id: crewId, version: crewVersion },
    conversationId: null,
    documents: [],
    // What an event from outside put into it stays content from outside.
    ...(startedBy.kind === "trigger" && { source: { kind: "trigger", name: startedBy.name } }),
  });
  await continueRun(ctx.db, workspaceId, runId, run.id);
  return run.id;
}
