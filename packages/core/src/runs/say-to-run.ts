import { MAX_RUN_MESSAGES, type RunCommand, type RunMessage, type SayToRun } from "@crew/contracts/run-messages";
import { TERMINAL_STATES } from "@crew/contracts/run-states";
import type { Run } from "@crew/contracts/runs";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { storedDefinition } from "../crews/crew-draft.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { isOwnGrantedRun, tellCancel, writeCancel } from "./cancel-run.ts";
import { getRun } from "./get-run.ts";
import {
  findRunMessage,
  type HeldRun,
  holdRun,
  insertRunMessage,
  isTaskDone,
  isToldToPause,
  unpauseRun,
} from "./run-message-repository.ts";
import { findRunDefinition } from "./run-repository.ts";
import { understandMessage } from "./understand-message.ts";

/**
 * What a person says to a run under way, understood by rule and kept for its next turn. The same `clientMessageId` again
 * changes nothing and answers with the first. Throws `conflict` once the run has ended.
 */
export async function sayToRun(
  ctx: Ctx<"db" | "statements" | "bus" | "now" | "newId">,
  runId: string,
  input: SayToRun,
): Promise<RunMessage> {
  if (!(await isOwnGrantedRun(ctx, runId))) requirePermission(ctx, "runs:cancel");
  const { workspaceId } = ctx.actor;
  const run = await getRun(ctx, runId);
  const command = understandMessage(input.text, await taskKeysOf(ctx, run));
  const { message, cancelled, isNew } = await inTransaction(ctx, async (ctx) => {
    const held = await holdRun(ctx.db, workspaceId, runId);
    if (!held) throw notFound("run");
    const earlier = await findRunMessage(ctx.db, workspaceId, runId, input.clientMessageId);
    if (earlier) return { message: earlier, cancelled: null, isNew: false };
    await refuseUnfit(ctx, run, held, command);
    const { userId, name: byName } = ctx.actor;
    const row = { ...input, runId, workspaceId, userId, byName, seq: held.said + 1, command, createdAt: ctx.now().toISOString() };
    const message = await insertRunMessage(ctx.db, row);
    await recordAudit(ctx, { action: "run.steered", subject: runId, detail: { seq: message.seq, command } });
    if (command.kind === "resume") await unpauseRun(ctx.db, runId);
    return { message, cancelled: command.kind === "stop" ? await writeCancel(ctx, runId) : null, isNew: true };
  });
  if (cancelled) tellCancel(ctx, runId, cancelled);
  if (isNew) ctx.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "run", id: runId });
  return message;
}

async function taskKeysOf(ctx: Ctx<"db">, run: Run): Promise<string[]> {
  if (run.kind === "chat") throw new AppError("conflict", "This run writes an answer in a conversation. Say it there.");
  const { definition } = await findRunDefinition(ctx.db, run);
  return definition ? storedDefinition(definition as Parameters<typeof storedDefinition>[0]).tasks.map(({ key }) => key) : [];
}

async function refuseUnfit(ctx: Ctx<"db">, run: Run, held: HeldRun, command: RunCommand): Promise<void> {
  const { workspaceId } = ctx.actor;
  if (TERMINAL_STATES.includes(held.state)) throw new AppError("conflict", endedWords(held));
  if (held.said >= MAX_RUN_MESSAGES)
    throw new AppError("conflict", `A run takes at most ${MAX_RUN_MESSAGES} messages. It can still be stopped.`);
  if (command.kind === "skip" && (await isTaskDone(ctx.db, run.id, command.taskKey)))
    throw new AppError("conflict", `The task "${command.taskKey}" is over already, so it cannot be skipped.`);
  if (command.kind === "resume" && !(await isToldToPause(ctx.db, workspaceId, run.id)))
    throw new AppError("conflict", "The run is not paused, so there is nothing to resume.");
}

function endedWords({ state, stoppedBy }: HeldRun): string {
  const how = state === "cancelled" ? `was stopped${stoppedBy ? ` by ${stoppedBy}` : ""}` : state;
  return `This run has ended: it ${how}. Nothing can be said to it any more.`;
}
