import type { MessagePart } from "@crew/contracts/message-parts";
import { imagesOf } from "@crew/engine/chat-images";
import { RunFailure } from "@crew/engine/host";
import { runCrew } from "@crew/engine/run-crew";
import { documentTaint, joinTaint } from "@crew/engine/taint";
import type { EngineTool } from "@crew/engine/tool";
import { BUILTIN_TOOLS } from "@crew/engine/tools/builtin-tools";
import { AppError } from "../../app-error.ts";
import { isDatabaseAway } from "../../database-away.ts";
import { deadRun } from "../../dead-letters/dead-run.ts";
import type { Span } from "../../traces-port.ts";
import { answerChat } from "./answer-chat.ts";
import { partsInOrder } from "./answer-parts.ts";
import { BudgetReached } from "./budget-draw.ts";
import { type ChatTurn, readAnswer, readChatTurn } from "./chat-turn-repository.ts";
import { type Claim, MAX_FRUITLESS_ATTEMPTS } from "./claim.ts";
import { findCanceller, releaseRunRow } from "./claim-repository.ts";
import { type ExecutionContext, executionContext, RunCancelled } from "./execution-context.ts";
import type { ExecutionSystem } from "./execution-system.ts";
import { type Journal, openJournal } from "./journal.ts";
import type { Transition } from "./journal-repository.ts";
import type { LaneLines } from "./lane-lines.ts";
import { mcpRunTools } from "./mcp-run-tools.ts";
import { closeOpenAttempts } from "./model-attempt.ts";
import type { ModelRoutes } from "./model-routes.ts";
import type { OwedAttempts } from "./owed-attempts.ts";
import { runHost } from "./run-host.ts";
import { FenceLost, RunDrained, RunParked, type StopReason } from "./run-interrupts.ts";
import type { RunLimits } from "./run-limits.ts";
import type { StarterRights } from "./starter-rights.ts";
import { stopAtBudget } from "./stop-at-budget.ts";
import { noteRunEnd, watchedExecution } from "./watched-execution.ts";

/** How the worker stops an execution. */
export interface ExecutionControl {
  readonly signal: AbortSignal;
  stop(reason: StopReason): void;
  isDraining(): boolean;
  /** Whether the lease is certain to be this worker's at this moment; absent: it always is. */
  isHeld?(): boolean;
  /** Of the worker, shared by its runs. */
  routes: ModelRoutes;
  /** Of the worker too; absent: this run asks for itself. */
  rights?: StarterRights;
  /** Set by the execution: somebody has said something to the run, which has got so many messages now. */
  onSaid?: (count: number) => void;
  /** Every tool that crews may name, besides those of MCP servers; absent: the built-in ones. */
  tools?: readonly EngineTool[];
  /** Absent: `RUN_LIMITS`. */
  limits?: RunLimits;
  /** Host and process of the worker, in words. */
  worker?: string;
  /** Of the worker too: who waits for a turn at a provider; absent: this run alone. */
  lines?: LaneLines;
  /** Of the worker too: what it owes to runs that it could not go on with; absent: nobody counts it. */
  owed?: OwedAttempts;
}

const STAY: Omit<Transition, "state"> = { reason: null, wakeAt: null, releasedBecause: null, output: null, error: null, answer: null };

/**
 * Moves a claimed run forward until it ends, waits or must be given back. Never rejects: whatever happens is stored with
 * the run, or the run is left to the next worker.
 */
export function executeRun(system: ExecutionSystem, claim: Claim, control: ExecutionControl): Promise<void> {
  return watchedExecution(system, claim, (system, span) => moveRun(system, claim, control, span));
}

async function moveRun(system: ExecutionSystem, claim: Claim, control: ExecutionControl, span: Span): Promise<void> {
  let journal: Journal | undefined;
  const alarm = claim.deadline && setTimeout(() => control.stop("deadline"), Math.max(claim.deadline.inMs, 0));
  try {
    journal = await openJournal(system, claim);
    journal.onCancelRequest(() => control.stop("cancelled"));
    control.onSaid = (count) => journal?.noteSaid(count);
    journal.onMinutesSpent(() => control.stop("budget"));
    if (journal.cancelRequestedBy) control.stop("cancelled");
    if (claim.deadline && claim.deadline.inMs <= 0) control.stop("deadline");
    const turn = claim.run.kind === "chat" ? await readChatTurn(system.statements, claim) : undefined;
    const context = executionContext(system, journal, control, turn);
    const outcome = await outcomeOf(context, control);
    span.set({ "crew.run.state": outcome.state });
    if (outcome.state === "failed") span.fail(outcome.code);
    await settle(context, outcome);
    if (turn) await publishAnswer(system, turn);
  } catch (error) {
    span.set({ "crew.run.state": error instanceof RunParked ? "waiting" : "given_back" });
    if (error instanceof FenceLost || error instanceof RunParked) return;
    span.fail("worker_lost");
    // The journal itself cannot be written: give the run back, so that it need not wait for its lease to run out.
    if (isDatabaseAway(error)) control.owed?.add(claim);
    system.log.warn({ err: error }, "a run was given back");
    await releaseRunRow(system.statements, claim, "worker_lost").catch(() => {});
  } finally {
    if (alarm) clearTimeout(alarm);
    // Ends what a parked or failed run may still have under way.
    control.stop("fence_lost");
  }
}

type Outcome =
  | { state: "succeeded"; output: string; taintedBy: string[] }
  | { state: "failed"; code: string; message: string; said?: string | undefined }
  | { state: "cancelled" }
  | { state: "queued" };

async function outcomeOf(context: ExecutionContext, control: ExecutionControl): Promise<Outcome> {
  try {
    context.refuseWhenStopping();
    tellStart(context);
    return { state: "succeeded", ...(await think(context, control)) };
  } catch (error) {
    if (error instanceof FenceLost || error instanceof RunParked) throw error;
    if (error instanceof RunCancelled) return { state: "cancelled" };
    if (error instanceof RunDrained) return { state: "queued" };
    if (error instanceof BudgetReached) return { state: "failed", ...(await stopAtBudget(context, error)) };
    if (error instanceof RunFailure) return { state: "failed", code: error.code, message: error.message, said: error.said };
    if (error instanceof AppError) return { state: "failed", code: error.code, message: error.message };
    // Not a fault of the run: another worker, or this one in a moment, goes on with it.
    if (isDatabaseAway(error)) throw error;
    await context.journal.commit();
    context.system.log.error({ err: error }, "a run failed by a fault of the platform");
    return {
      state: "failed",
      code: "internal",
      message: "The platform failed while it executed this run. The log of the worker has the details.",
    };
  }
}

/** A signal that aborts in mid-call may surface as any error of any library, so the reason is asked for first. */
async function think(context: ExecutionContext, { tools }: ExecutionControl): Promise<{ output: string; taintedBy: string[] }> {
  const { claim } = context.journal;
  if (claim.fruitlessAttempts > MAX_FRUITLESS_ATTEMPTS) {
    throw new RunFailure(
      "attempts_exhausted",
      `The run was taken up ${MAX_FRUITLESS_ATTEMPTS} times in a row and its worker was lost each time before a step was completed.`,
    );
  }
  try {
    const host = runHost(context);
    if (context.turn) {
      const { messageId, conversationId, model } = context.turn;
      host.emit("started", "conversation_turn_started", { conversationId, messageId, model });
      return await answerChat(context, host, { turn: context.turn, tools: tools ?? BUILTIN_TOOLS });
    }
    // Of an agent's chat there is a definition, which is none of a run of its crew.
    if (claim.run.kind === "chat") throw new RunFailure("not_found", "The conversation of this answer is gone.");
    if (!claim.definition) throw new RunFailure("crew_missing", "The version of the crew that this run is pinned to is gone.");
    const { output } = await runCrew(host, claim.definition, {
      tools: [...(tools ?? BUILTIN_TOOLS), ...(await mcpRunTools(context, claim.definition))],
    });
    return { output, taintedBy: [] };
  } catch (error) {
    if (context.signal.aborted && !(error instanceof RunFailure || error instanceof BudgetReached)) context.refuseWhenStopping();
    throw error;
  }
}

function tellStart({ journal, system }: ExecutionContext): void {
  const { claim } = journal;
  if (claim.run.attempt > 1) {
    const atStep = [...journal.contents.steps.values()].filter((step) => step.state === "done").length;
    journal.emit(`resumed:${claim.run.attempt}`, "run_resumed", {
      attempt: claim.run.attempt,
      atStep,
      because: claim.releasedBecause ?? "worker_lost",
      afterMs: claim.unownedMs,
    });
  }
  // A run that is seen to start is worth telling the lists that show it.
  system.bus.publish(`workspace:${claim.workspaceId}`, { type: "changed", what: "run", id: claim.run.id });
}

/** The terminal state, its event and all that was pending: one commit. */
async function settle(context: ExecutionContext, outcome: Outcome): Promise<void> {
  const { journal } = context;
  if (outcome.state === "queued") {
    await journal.leave({ ...STAY, state: "queued", releasedBecause: "drained" });
    return;
  }
  closeOpenAttempts(context);
  const error = outcome.state === "failed" ? { code: outcome.code, message: outcome.message } : null;
  const letter = error && deadRun(context.system, journal.claim.run.kind, error.code);
  const chat = context.turn && { conversationId: context.turn.conversationId, messageId: context.turn.messageId };
  if (outcome.state === "cancelled") {
    const by = journal.cancelRequestedBy ?? (await findCanceller(context.system.statements, journal.claim.run.id));
    journal.emit("end", "run_cancelled", { by: by ?? "" });
  } else if (error && chat) journal.emit("end", "conversation_turn_failed", { ...chat, error });
  else if (error) journal.emit("end", "crew_kickoff_failed", { error });
  else if (chat) journal.emit("end", "conversation_turn_completed", chat);
  else journal.emit("end", "crew_kickoff_completed", { output: outcome.state === "succeeded" ? outcome.output : "" });
  await journal.leave({
    ...STAY,
    state: outcome.state,
    output: outcome.state === "succeeded" ? outcome.output : null,
    error,
    answer: chat ? answerOf(context, outcome) : null,
    summary: chat && context.madeSummary,
    letter,
  });
  noteRunEnd(context, outcome.state, error?.code ?? null);
  if (letter && error) context.system.metrics.count("dead_letters", { kind: "run", code: error.code });
}

function answerOf(context: ExecutionContext, outcome: Outcome): Transition["answer"] {
  const model = context.answeredBy ? [{ type: "model" as const, ...context.answeredBy }] : [];
  const parts: MessagePart[] = [...partsInOrder(context.answerParts), ...model];
  if (outcome.state === "succeeded") return { content: outcome.output, state: "complete", taintedBy: outcome.taintedBy, parts };
  // How far the answer had read is not known here, so it counts as made from everything that it was given.
  const given = [...(context.turn?.taintedBy ?? []), ...context.answerTaint];
  const { files = [], history = [] } = context.turn ?? {};
  const taintedBy = joinTaint(given, documentTaint(files), documentTaint(imagesOf(history)));
  const content = (outcome.state === "failed" && outcome.said) || (context.lastCall?.words.text ?? "");
  return { content, state: outcome.state === "cancelled" ? "stopped" : "failed", taintedBy, parts };
}

async function publishAnswer(system: ExecutionSystem, turn: ChatTurn): Promise<void> {
  const message = await readAnswer(system.statements, turn.messageId);
  if (message) system.bus.publish(`conversation:${turn.conversationId}`, { type: "message", message });
}
