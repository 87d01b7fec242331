import type { RunEvent, RunEventData, RunEventType } from "@crew/contracts/run-events";
import type { Place } from "@crew/engine/host";
import type { System } from "../../system.ts";
import { BudgetBook } from "./budget-book.ts";
import { BudgetReached, type BudgetStanding, type BudgetWant } from "./budget-draw.ts";
import { noteBudgetWarning } from "./budget-notices-repository.ts";
import type { Claim } from "./claim.ts";
import type { HeardRecord } from "./heard-repository.ts";
import { type JournalContents, readJournal } from "./journal-contents-repository.ts";
import {
  type AttemptRecord,
  type Commit,
  type OutputRecord,
  type StepRecord,
  type Transition,
  type WrittenCommit,
  writeCommit,
} from "./journal-repository.ts";
import type { ApprovalRecord } from "./journaled-approval.ts";
import type { MemoryRecord } from "./journaled-memories.ts";
import { FenceLost } from "./run-interrupts.ts";

/**
 * A finished step waits this long for the next one, whose intent then shares its commit; so a crew of n steps costs
 * about n commits. Nothing outside happens in between: every call is preceded by a commit.
 */
const COMMIT_DELAY_MS = 20;
/** Events larger than this travel as a hint only; readers fetch the rows. */
const MAX_EVENT_HINT_CHARACTERS = 64 * 1024;

const NO_TOTALS = { modelCalls: 0, toolCalls: 0, inputTokens: 0, outputTokens: 0, costUnknown: false, stepsDone: 0, tasksDone: 0 };

function emptyCommit(): Commit {
  return {
    events: [],
    steps: [],
    attempts: [],
    outputs: [],
    memories: [],
    approvals: [],
    heard: [],
    totals: { ...NO_TOTALS, costs: [] },
    draw: null,
    transition: null,
  };
}

/** What a run has done, and the one way to write more of it: buffered, in order, behind the fence. */
export class Journal {
  readonly contents: JournalContents;
  readonly claim: Claim;
  readonly #system: Pick<System, "statements" | "bus" | "now">;
  #pending = emptyCommit();
  #isDirty = false;
  #timer: NodeJS.Timeout | undefined;
  /** The commit under way, and the one queued behind it. */
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #cancelRequestedBy: string | null;
  #said: number;
  #onCancelRequest: (by: string) => void = () => {};
  #fault: unknown;
  readonly #budgets: BudgetBook;

  constructor(system: Pick<System, "statements" | "bus" | "now">, claim: Claim, contents: JournalContents) {
    this.#system = system;
    this.claim = claim;
    this.contents = contents;
    this.#cancelRequestedBy = claim.cancelRequestedBy;
    this.#said = claim.said;
    this.#budgets = new BudgetBook(contents.reserved, () => {
      this.#isDirty = true;
      this.commit().catch(() => {});
    });
  }

  get cancelRequestedBy(): string | null {
    return this.#cancelRequestedBy;
  }

  onCancelRequest(handler: (by: string) => void): void {
    this.#onCancelRequest = handler;
  }

  /** How many messages people have sent to the run: by the row at the last commit, or by what was heard since. */
  get said(): number {
    return this.#said;
  }

  noteSaid(count: number): void {
    this.#said = Math.max(this.#said, count);
  }

  emit<T extends RunEventType>(key: string, type: T, data: RunEventData<T>, place: Place = {}): void {
    if (this.contents.eventKeys.has(key)) return;
    this.contents.eventKeys.add(key);
    const at = this.#system.now().toISOString();
    this.#pending.events.push({ key, type, at, taskId: place.taskId ?? null, agentId: place.agentId ?? null, data });
    this.#isDirty = true;
  }

  /** A step begins or is done; the last word on a key before a commit is the one that is written. */
  recordStep(step: StepRecord): void {
    this.contents.steps.set(step.key, step);
    replaceOrAdd(this.#pending.steps, step, (known) => known.key === step.key);
    // A clock that was read is no work done, nor is what a chat begins with.
    if (step.state === "done" && step.kind !== "timer" && step.kind !== "context") this.#pending.totals.stepsDone += 1;
    this.#isDirty = true;
  }

  /** `mayCost`: of an attempt that is made again, what the provider may bill for it; budgets count it, the run's totals do not. */
  recordAttempt(attempt: AttemptRecord, mayCost?: Pick<AttemptRecord, "inputTokens" | "outputTokens" | "costUsd">): void {
    replaceOrAdd(this.#pending.attempts, attempt, (known) => known.id === attempt.id);
    this.#budgets.settle(this.#pending, mayCost ? { ...attempt, ...mayCost } : attempt);
    this.#isDirty = true;
  }

  /**
   * Stores an attempt that begins with all that is pending and with what budgets reserve for it, in one commit. Resolves
   * with the tokens of output that it may ask for; `null`: no budget applies. Rejects with `BudgetReached` when one has no
   * room: the attempt and its events are then not stored, everything else is.
   */
  async beginCall(attempt: AttemptRecord, want: Omit<BudgetWant, "attemptId">): Promise<number | null> {
    this.recordAttempt(attempt);
    this.#budgets.ask(this.#pending, { ...want, attemptId: attempt.id });
    await this.commit();
    return this.#budgets.answerTo(attempt.id);
  }

  /** The budget of minutes that has run out while the run is at work. */
  get minutesSpent(): BudgetStanding | null {
    return this.#budgets.minutesSpent;
  }

  onMinutesSpent(handler: () => void): void {
    this.#budgets.onMinutesSpent = handler;
  }

  recordOutput(output: OutputRecord): void {
    this.#pending.outputs.push(output);
    this.#pending.totals.tasksDone += 1;
    this.#isDirty = true;
  }

  recordMemory(memory: MemoryRecord): void {
    this.#pending.memories.push(memory);
    this.#isDirty = true;
  }

  recordApproval(approval: ApprovalRecord): void {
    this.#pending.approvals.push(approval);
    this.#isDirty = true;
  }

  recordHeard(heard: HeardRecord): void {
    this.#pending.heard.push(heard);
    this.#isDirty = true;
  }

  charge(usage: { modelCalls?: number; toolCalls?: number; inputTokens?: number; outputTokens?: number; costUsd?: string | null }): void {
    const totals = this.#pending.totals;
    totals.modelCalls += usage.modelCalls ?? 0;
    totals.toolCalls += usage.toolCalls ?? 0;
    totals.inputTokens += usage.inputTokens ?? 0;
    totals.outputTokens += usage.outputTokens ?? 0;
    if (usage.costUsd) totals.costs.push(usage.costUsd);
    if (usage.costUsd === null) totals.costUnknown = true;
    this.#isDirty = true;
  }

  /** Commits what is pending within a moment, unless the next step does so first. */
  commitSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // A failure is kept and thrown by the next commit, which the run cannot go on without.
      this.commit().catch(() => {});
    }, COMMIT_DELAY_MS);
  }

  /** Resolves when everything recorded so far is stored. Rejects with `FenceLost` when the run is somebody else's. */
  commit(): Promise<void> {
    if (this.#fault) return Promise.reject(this.#fault);
    if (!this.#isDirty) return this.#writing;
    this.#next ??= this.#writing.then(() => {
      this.#next = undefined;
      this.#writing = this.#write();
      return this.#writing;
    });
    return this.#next;
  }

  /** The last commit: the run leaves this worker with `transition`. */
  async leave(transition: Transition): Promise<void> {
    this.#pending.transition = transition;
    this.#isDirty = true;
    await this.commit();
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const commit = this.#pending;
    this.#pending = emptyCommit();
    this.#isDirty = false;
    this.#budgets.beforeWrite(commit);
    try {
      const written = await this.#writeWithinBudgets(commit);
      if (!written) throw new FenceLost();
      this.#budgets.afterWrite(commit, written.drawn);
      this.#publish(commit, written);
      this.noteSaid(written.said);
      this.#noteCancel(written.cancelRequestedBy);
    } catch (error) {
      this.#fault = error;
      this.#budgets.close();
      throw error;
    }
  }

  /** Without the calls that no budget has room for; who began one is told. */
  async #writeWithinBudgets(commit: Commit): Promise<WrittenCommit | undefined> {
    for (;;) {
      try {
        return await writeCommit(this.#system.statements, this.claim.run.id, this.claim.epoch, commit);
      } catch (error) {
        if (!(error instanceof BudgetReached)) throw error;
        for (const key of this.#budgets.refuse(commit, error)) this.contents.eventKeys.delete(key);
      }
    }
  }

  #warn(budget: BudgetStanding): void {
    // What fails here is found again by the next commit.
    noteBudgetWarning(this.#system.statements, this.claim.run.id, budget).catch(() => {});
    this.#system.bus.publish(`workspace:${this.claim.workspaceId}`, { type: "changed", what: "budget", id: budget.budgetId });
  }

  #noteCancel(by: string | null): void {
    if (!by || this.#cancelRequestedBy) return;
    this.#cancelRequestedBy = by;
    this.#onCancelRequest(by);
  }

  #publish(commit: Commit, { base, eventCharacters, drawn }: WrittenCommit): void {
    const runId = this.claim.run.id;
    if (commit.events.length > 0) {
      const events: RunEvent[] = commit.events.map(({ key: _, ...event }, i) => ({ ...event, seq: base + i + 1, runId }));
      const isSmall = eventCharacters <= MAX_EVENT_HINT_CHARACTERS;
      this.#system.bus.publish(`run:${runId}`, {
        type: "events",
        fromSeq: base + 1,
        toSeq: base + events.length,
        ...(isSmall && { events }),
      });
    }
    for (const { id } of commit.approvals)
      this.#system.bus.publish(`workspace:${this.claim.workspaceId}`, { type: "changed", what: "approval", id });
    for (const budget of drawn?.crossed ?? []) this.#warn(budget);
    if (commit.transition) this.#system.bus.publish(`workspace:${this.claim.workspaceId}`, { type: "changed", what: "run", id: runId });
    const letter = commit.transition?.letter;
    if (letter) this.#system.bus.publish(`workspace:${this.claim.workspaceId}`, { type: "changed", what: "dead_letter", id: letter.id });
  }
}

function replaceOrAdd<T>(list: T[], item: T, isSame: (known: T) => boolean): void {
  const index = list.findIndex(isSame);
  if (index < 0) list.push(item);
  else list[index] = item;
}

/** A run's first claim has nothing to read. */
export async function openJournal(system: Pick<System, "statements" | "bus" | "now">, claim: Claim): Promise<Journal> {
  const isFresh = claim.run.attempt === 1;
  const contents = isFresh
    ? { steps: new Map(), eventKeys: new Set<string>(), attempts: [], approvals: new Map(), reserved: new Set<string>() }
    : await readJournal(system.statements, claim.run.id);
  return new Journal(system, claim, contents);
}
