import type { WaitForTurn } from "@crew/contracts/run-events";
import type { Lane, LaneGrant, LanePlace, Lanes, LaneWait } from "../../model-providers/lanes-port.ts";
import { PARK_FROM_MS } from "./park-run.ts";

export interface TurnAsk {
  /** Turns go round the crews. */
  crew: string;
  tokens: number;
  place: LanePlace | null;
  /** A longer wait is told, and no place kept for it. */
  maxWaitMs?: number;
  signal: AbortSignal;
  /** Told once, when the wait begins. */
  onWait(waitMs: number, because: WaitForTurn): void;
}

/** `undefined`: the signal was quicker. A wait is one that this worker does not sit out. */
export type TurnOutcome = { grant: LaneGrant } | LaneWait | undefined;

/** Those who wait for a turn in this worker, lane by lane. */
export class LaneLines {
  readonly #lanes: Lanes;
  readonly #lines = new Map<string, Line>();

  constructor(lanes: Lanes) {
    this.#lanes = lanes;
  }

  enter(lane: Lane, ask: TurnAsk): Promise<TurnOutcome> {
    const line = this.#lines.get(lane.id) ?? new Line(this.#lanes, () => this.#lines.delete(lane.id));
    this.#lines.set(lane.id, line);
    return line.enter(lane, ask);
  }
}

interface Waiter {
  ask: TurnAsk;
  since: number;
  /** Its place, and when the time of that comes. */
  place: LanePlace | null;
  dueAt: number;
  leave(outcome: TurnOutcome): void;
}

const MOST_CREWS = 1_000;
/** Nobody knows when a call under way ends: who has waited for long for its end comes back after about so long. */
const PARKED_FOR_ROOM_MS = { least: 5_000, spread: 10_000 };

/**
 * Places are the worker's: when the time of one comes, it is the next crew's turn, whoever was given it. So a crew with a
 * hundred calls in the line does not keep another with one waiting. What would wait for long leaves the worker, with a
 * place of its own.
 */
class Line {
  readonly #lanes: Lanes;
  readonly #onEmpty: () => void;
  readonly #waiters = new Set<Waiter>();
  /** The crew that went last stands last. */
  readonly #crews = new Map<string, number>();
  #served = 0;
  #lane: Lane | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;
  #quietUntil = 0;

  constructor(lanes: Lanes, onEmpty: () => void) {
    this.#lanes = lanes;
    this.#onEmpty = onEmpty;
  }

  async enter(lane: Lane, ask: TurnAsk): Promise<TurnOutcome> {
    this.#lane = lane;
    const answer = await this.#lanes.take(lane, {
      tokens: ask.tokens,
      place: ask.place,
      ...(ask.maxWaitMs !== undefined && { maxWaitMs: ask.maxWaitMs }),
    });
    if (answer.grant) {
      this.#note(ask.crew);
      return answer;
    }
    if (answer.place === null && answer.because !== "concurrency") return answer;
    const { promise, resolve } = Promise.withResolvers<TurnOutcome>();
    const now = performance.now();
    const waiter: Waiter = { ask, since: now, place: answer.place, dueAt: now + answer.waitMs, leave: resolve };
    if (answer.waitMs >= PARK_FROM_MS) {
      const other = this.#longestCrewsLast(ask.crew);
      if (!other) return answer;
      [waiter.place, waiter.dueAt, other.place] = [other.place, other.dueAt, answer.place];
      this.#remove(other, { ...answer });
    }
    this.#waiters.add(waiter);
    ask.onWait(waiter.dueAt - now, answer.because);
    const onAbort = () => this.#remove(waiter, undefined);
    ask.signal.addEventListener("abort", onAbort, { once: true });
    if (ask.signal.aborted) onAbort();
    this.#schedule();
    return promise.finally(() => ask.signal.removeEventListener("abort", onAbort));
  }

  /** Of the crew with the most calls here the one that came last, where that is more than this crew has. */
  #longestCrewsLast(crew: string): Waiter | undefined {
    const counts = new Map<string, number>();
    for (const { ask } of this.#waiters) counts.set(ask.crew, (counts.get(ask.crew) ?? 0) + 1);
    const [longest, most] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ["", 0]);
    if (longest === crew || most <= (counts.get(crew) ?? 0) + 1) return undefined;
    return [...this.#waiters].findLast(({ ask }) => ask.crew === longest);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#waiters.size === 0) this.#onEmpty();
    if (this.#waiters.size === 0 || this.#isAsking) return;
    const first = Math.min(...[...this.#waiters].map(({ dueAt }) => dueAt));
    this.#timer = setTimeout(() => void this.#serve(), Math.max(0, Math.max(first, this.#quietUntil) - performance.now()));
  }

  /** The place whose time has come goes to the crew that has not gone for longest. */
  async #serve(): Promise<void> {
    const lane = this.#lane;
    const waiter = this.#next();
    const owner = [...this.#waiters].reduce<Waiter | undefined>((a, b) => (a && a.dueAt <= b.dueAt ? a : b), undefined);
    if (!lane || !waiter || !owner) return;
    [waiter.place, waiter.dueAt, owner.place, owner.dueAt] = [owner.place, owner.dueAt, waiter.place, waiter.dueAt];
    this.#isAsking = true;
    try {
      const answer = await this.#lanes.take(lane, { tokens: waiter.ask.tokens, place: waiter.place });
      if (answer.grant) await this.#go(lane, waiter, answer.grant);
      else this.#wait(waiter, answer);
    } catch (error) {
      // Whoever waits finds out for itself what is wrong with the lane.
      this.#remove(waiter, { grant: null, waitMs: PARKED_FOR_ROOM_MS.least, because: "told", place: waiter.place });
      if (!(error instanceof Error)) throw error;
    } finally {
      this.#isAsking = false;
      this.#schedule();
    }
  }

  async #go(lane: Lane, waiter: Waiter, grant: LaneGrant): Promise<void> {
    this.#note(waiter.ask.crew);
    if (this.#waiters.has(waiter)) this.#remove(waiter, { grant });
    else await this.#lanes.finish(lane, grant, 0);
  }

  #wait(waiter: Waiter, answer: LaneWait): void {
    const now = performance.now();
    Object.assign(waiter, { place: answer.place ?? waiter.place, dueAt: now + answer.waitMs });
    if (answer.because === "concurrency") {
      this.#quietUntil = now + answer.waitMs;
      if (now - waiter.since < PARK_FROM_MS) return;
      const waitMs = PARKED_FOR_ROOM_MS.least + Math.random() * PARKED_FOR_ROOM_MS.spread;
      this.#remove(waiter, { ...answer, waitMs });
    } else if (answer.waitMs >= PARK_FROM_MS) this.#remove(waiter, answer);
  }

  #next(): Waiter | undefined {
    let next: Waiter | undefined;
    const turn = ({ ask }: Waiter) => this.#crews.get(ask.crew) ?? 0;
    for (const waiter of this.#waiters) if (!next || turn(waiter) < turn(next)) next = waiter;
    return next;
  }

  #note(crew: string): void {
    this.#crews.delete(crew);
    this.#crews.set(crew, ++this.#served);
    const [oldest] = this.#crews.keys();
    if (this.#crews.size > MOST_CREWS && oldest !== undefined) this.#crews.delete(oldest);
  }

  #remove(waiter: Waiter, outcome: TurnOutcome): void {
    if (!this.#waiters.delete(waiter)) return;
    waiter.leave(outcome);
  }
}
