import { type BudgetReached, type BudgetStanding, type BudgetWant, type Draw, type Drawn, settlementOf } from "./budget-draw.ts";
import type { AttemptRecord, Commit } from "./journal-repository.ts";

/** Minutes are counted at least so often while a run works under a budget of them; so far each run can go past its end. */
const MINUTES_COUNTED_MS = 5_000;

/** A journal's dealings with budgets: what its commits reserve and settle, and the time that they count. */
export class BudgetBook {
  onMinutesSpent: () => void = () => {};
  minutesSpent: BudgetStanding | null = null;
  /** Attempts that budgets hold something for. */
  readonly #held: Set<string>;
  readonly #answers = new Map<string, number | null | BudgetReached>();
  readonly #count: () => void;
  #countedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #countsMinutes = false;

  /** `count` makes a commit, with which minutes are counted. */
  constructor(held: ReadonlySet<string>, count: () => void) {
    this.#held = new Set(held);
    this.#count = count;
  }

  ask(commit: Commit, want: BudgetWant): void {
    drawOf(commit).wants.push(want);
  }

  /** After the commit that asked. Throws `BudgetReached`. */
  answerTo(attemptId: string): number | null {
    const answer = this.#answers.get(attemptId) ?? null;
    this.#answers.delete(attemptId);
    if (answer instanceof Error) throw answer;
    return answer;
  }

  /** An attempt that is over gives back what was held for it, and is charged. */
  settle(commit: Commit, attempt: AttemptRecord): void {
    if (attempt.outcome === "pending" || !this.#held.delete(attempt.id)) return;
    drawOf(commit).settle.push(settlementOf(attempt));
  }

  beforeWrite(commit: Commit): void {
    if (!commit.draw && !this.#countsMinutes) return;
    const now = performance.now();
    drawOf(commit).activeMs = Math.round(now - this.#countedAt);
    this.#countedAt = now;
  }

  /** Takes a call out of a commit that could not be written because of it; returns the keys of its events. */
  refuse(commit: Commit, refusal: BudgetReached): string[] {
    const attemptId = refusal.attemptId ?? "";
    const isOfCall = ({ key }: { key: string }) => key.startsWith(`${attemptId}/`);
    const keys = commit.events.filter(isOfCall).map(({ key }) => key);
    commit.events = commit.events.filter((event) => !isOfCall(event));
    commit.attempts = commit.attempts.filter(({ id }) => id !== attemptId);
    const draw = drawOf(commit);
    draw.wants = draw.wants.filter((want) => want.attemptId !== attemptId);
    this.#answers.set(attemptId, refusal);
    return keys;
  }

  afterWrite(commit: Commit, drawn: Drawn | null): void {
    for (const { attemptId } of commit.draw?.wants ?? []) {
      const granted = drawn?.granted[attemptId] ?? null;
      this.#answers.set(attemptId, granted);
      if (granted !== null) this.#held.add(attemptId);
    }
    if (commit.draw) this.#countMinutes(drawn?.minutes ?? null);
    if (commit.transition) this.close();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #countMinutes(minutes: Drawn["minutes"]): void {
    this.close();
    this.#countsMinutes = minutes !== null;
    if (!minutes || this.minutesSpent) return;
    if (minutes.leftMs > 0) {
      this.#timer = setTimeout(this.#count, Math.min(minutes.leftMs, MINUTES_COUNTED_MS));
      return;
    }
    this.minutesSpent = minutes;
    this.onMinutesSpent();
  }
}

function drawOf(commit: Commit): Draw {
  commit.draw ??= { settle: [], wants: [], activeMs: 0 };
  return commit.draw;
}
