import type { MessagePart } from "@crew/contracts/message-parts";
import type { Permission } from "@crew/contracts/permissions";
import type { ChatSummary } from "@crew/engine/chat-context";
import { RunFailure } from "@crew/engine/host";
import type { LanePlace } from "../../model-providers/lanes-port.ts";
import type { ResolvedModel } from "../../model-providers/resolve-model.ts";
import { BudgetReached } from "./budget-draw.ts";
import type { ChatTurn } from "./chat-turn-repository.ts";
import { deadlineSentence } from "./deadline-sentence.ts";
import type { ExecutionSystem } from "./execution-system.ts";
import { Hearing } from "./hearing.ts";
import type { Journal } from "./journal.ts";
import type { StepRecord } from "./journal-repository.ts";
import { LaneLines } from "./lane-lines.ts";
import type { LiveReply } from "./live-text.ts";
import type { ModelRoutes } from "./model-routes.ts";
import { authorizeRun } from "./run-authority.ts";
import { FenceLost, RunDrained, type StopReason } from "./run-interrupts.ts";
import { RUN_LIMITS, type RunLimits } from "./run-limits.ts";
import { StarterRights } from "./starter-rights.ts";

/** What the parts of one execution of a run have in common. */
export interface ExecutionContext {
  system: ExecutionSystem;
  journal: Journal;
  hearing: Hearing;
  /** Aborts every call in flight; its reason is a `StopReason`. */
  signal: AbortSignal;
  /** The model call made last: what an answer that is stopped half-way has said. */
  lastCall: LiveReply | undefined;
  /** Of a chat: the conversation up to the answer that is to be written. */
  turn: ChatTurn | undefined;
  /** Of a chat: what its answer is made of besides the text, call by call; the same in every execution of the run. */
  answerParts: MessagePart[][];
  /** Of a chat: which model has answered its last call, where that was not the first; null: it was. */
  answeredBy: { model: string; insteadOf: string } | null;
  /** Of a chat: the summary of older messages that it has made; kept for later turns with the answer's end. */
  madeSummary: ChatSummary | null;
  /** Of a chat: what came from outside by its calls so far. */
  answerTaint: string[];
  /** Host and process of the worker, in words. */
  worker: string;
  /** Counts a call, made now or read from the journal; throws when it is one more than the run may make. */
  count(kind: keyof RunLimits): void;
  now(): string;
  /** Milliseconds until the run or the task must end; `null`: no limit. */
  endsInMs(): number | null;
  /** Milliseconds that the run has been in workers' hands, this one's included. */
  activeMs(): number;
  /** Milliseconds since the run was told to stop; `null`: it was not. */
  stoppedMs(): number | null;
  /** Of the worker: those who wait for a turn at a provider. */
  lines: LaneLines;
  /** The place that the run was parked with for this step and lane; handed out once. */
  takePlace(key: string, lane: string): LanePlace | null;
  /** The way to a model. */
  route(model: string): Promise<ResolvedModel>;
  /** What the agents may do now; before every call. Throws when whoever started the run may not run it any more. */
  authorize(): Promise<readonly Permission[]>;
  /** Throws when no new call may begin: cancelled, drained or overtaken. */
  refuseWhenStopping(): void;
  /** Throws when the lease may be over: for the last moment before something happens outside, which nothing takes back. */
  refuseWhenOvertaken(): void;
  /** Throws when the journal was written by other code or for other input than what runs now. */
  refuseDrift(known: StepRecord, hash: string): void;
}

export function executionContext(
  system: ExecutionSystem,
  journal: Journal,
  stop: {
    signal: AbortSignal;
    routes: ModelRoutes;
    rights?: StarterRights;
    isDraining(): boolean;
    isHeld?(): boolean;
    limits?: RunLimits;
    lines?: LaneLines;
    worker?: string;
  },
  turn: ChatTurn | undefined,
): ExecutionContext {
  const { deadline, laneTurn, releasedBecause } = journal.claim;
  const begunAt = performance.now();
  // A worker that was lost may have used the place up.
  let place = releasedBecause === "timer" ? laneTurn : null;
  const rights = stop.rights ?? new StarterRights(system);
  const used: RunLimits = { modelCalls: 0, toolCalls: 0 };
  let stoppedAt = stop.signal.aborted ? begunAt : null;
  stop.signal.addEventListener("abort", () => (stoppedAt = performance.now()), { once: true });
  const refuseWhenOvertaken = () => {
    if (stop.isHeld?.() === false) throw new FenceLost();
  };
  return {
    system,
    journal,
    hearing: new Hearing(system, journal),
    signal: stop.signal,
    lastCall: undefined,
    turn,
    answerParts: [],
    answeredBy: null,
    madeSummary: null,
    answerTaint: [],
    worker: stop.worker ?? "",
    count(kind) {
      const limit = (stop.limits ?? RUN_LIMITS)[kind];
      if (used[kind] >= limit) throw overLimit(kind, limit);
      used[kind] += 1;
    },
    now: () => system.now().toISOString(),
    endsInMs: () => deadline && deadline.inMs - (performance.now() - begunAt),
    activeMs: () => journal.claim.activeMs + (performance.now() - begunAt),
    stoppedMs: () => stoppedAt && performance.now() - stoppedAt,
    lines: stop.lines ?? new LaneLines(system.lanes),
    takePlace(key, lane) {
      if (place?.key !== key || place.lane !== lane) return null;
      const { at } = place;
      place = null;
      return { at };
    },
    route: (model) => stop.routes.find(journal.claim.workspaceId, model),
    authorize: () => authorizeRun(system, rights, journal.claim),
    refuseWhenStopping() {
      if (stop.signal.aborted) throw stopError(journal, stop.signal.reason as StopReason);
      if (stop.isDraining()) throw new RunDrained();
      refuseWhenOvertaken();
    },
    refuseWhenOvertaken,
    refuseDrift(known, hash) {
      if (known.inputHash === hash) return;
      throw new RunFailure(
        "journal_mismatch",
        `The step ${known.key} was recorded for another input than the one it has now; the run cannot be continued by this version.`,
      );
    },
  };
}

function overLimit(kind: keyof RunLimits, limit: number): RunFailure {
  return kind === "modelCalls"
    ? new RunFailure("max_model_calls", `The run has made ${limit} model calls, the most that a run may make.`)
    : new RunFailure("max_tool_calls", `The run has made ${limit} tool calls, the most that a run may make.`);
}

/** A run that a person has stopped. */
export class RunCancelled extends Error {
  override name = "RunCancelled";
}

function stopError(journal: Journal, reason: StopReason): Error {
  if (reason === "deadline") return deadlineFailure(journal);
  const spent = journal.minutesSpent;
  if (reason === "budget" && spent) return new BudgetReached(null, "reached", spent);
  if (reason === "cancelled") return new RunCancelled();
  return reason === "drained" ? new RunDrained() : new FenceLost();
}

function deadlineFailure(journal: Journal): RunFailure {
  const { seconds } = journal.claim.deadline ?? { seconds: 0 };
  journal.emit("deadline", "deadline_reached", { scope: "run", seconds });
  return new RunFailure("deadline", deadlineSentence("run", seconds));
}
