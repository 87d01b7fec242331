import type { WaitForTurn } from "@crew/contracts/run-events";

/** How fast one key of one provider may be asked; `null`: nobody has said. */
export interface LaneLimits {
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  /** Calls under way at the same time. */
  maxConcurrent: number | null;
}

/** One key of one provider: all calls with it share its pace, whichever worker makes them. Another key is another lane. */
export interface Lane {
  id: string;
  limits: LaneLimits;
}

/** A place in a lane's line, in the lane's own time, which stands still while the lane is closed. */
export interface LanePlace {
  at: number;
}

/** A call that may be made now. */
export interface LaneGrant {
  id: string;
  wentAt: number;
  /** As estimated. */
  tokens: number;
}

export interface LaneWait {
  grant: null;
  waitMs: number;
  because: WaitForTurn;
  /** To be handed in when the wait is over; `null`: none was kept, since the wait is longer than `maxWaitMs`. */
  place: LanePlace | null;
}
export type LaneAnswer = { grant: LaneGrant } | LaneWait;

export interface LaneAsk {
  /** Of the request, as estimated, and of its answer as far as that is known. */
  tokens: number;
  place?: LanePlace | null;
  /** A longer wait is told, and no place kept for it. */
  maxWaitMs?: number;
}

export interface LaneReading {
  id: string;
  /** Requests a minute that are let through now, which is less than the limit after a refusal; `null`: any number. */
  requestsPerMinute: number | null;
  /** ISO time; `null`: it is open. */
  closedUntil: string | null;
}

/**
 * The pace of providers' keys, shared by all workers. Whoever asks goes at once or is given a place whose time will come:
 * places are handed out one after the other, so that those who wait need not ask again and again. Losing the memory of it
 * costs places, never the limits.
 */
export interface Lanes {
  take(lane: Lane, ask: LaneAsk): Promise<LaneAnswer>;
  /** The provider has refused the call for now: the lane is closed to all for `delayMs`, and slower afterwards. */
  refused(lane: Lane, grant: LaneGrant, delayMs: number): Promise<void>;
  /** The call is over. `tokens`: what it has used, where that is known. Needless for lanes without limits of tokens or concurrency. */
  finish(lane: Lane, grant: LaneGrant, tokens: number | null): Promise<void>;
  read(lanes: readonly Lane[]): Promise<LaneReading[]>;
}
