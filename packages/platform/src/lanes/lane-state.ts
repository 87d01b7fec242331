import { randomUUID } from "node:crypto";
import type { LaneAnswer, LaneAsk, LaneGrant, LaneLimits, LaneReading } from "@crew/core/model-providers/lanes-port";

/**
 * What is known of a lane. Times are milliseconds. *Lane time* is real time less all time in which the lane was closed,
 * so that closing it moves every place behind by as much and keeps their order. Zero: nothing yet.
 */
export interface LaneState {
  touchedAt: number;
  /** Real time less lane time. */
  shift: number;
  closedUntil: number;
  /** Lane time up to which places are given away, by requests and by tokens. */
  lineRequests: number;
  lineTokens: number;
  /** Lane time up to which those who went have used the lane up. */
  usedRequests: number;
  usedTokens: number;
  /** Requests a millisecond that refusals have taught, since `paceAt`; it grows from there. */
  pace: number;
  paceAt: number;
  /** Before the refusals that belong together: those of calls that went before `cutAt`. */
  paceBefore: number;
  cutAt: number;
  /** Calls that went in this half minute or so, how many of them were refused, and those let through in the one before. */
  spanSince: number;
  spanWent: number;
  spanRefused: number;
  lastSince: number;
  lastAccepted: number;
}

export const LANE_FIELDS = [
  ...["touchedAt", "shift", "closedUntil", "lineRequests", "lineTokens", "usedRequests", "usedTokens", "pace", "paceAt"],
  ...["paceBefore", "cutAt", "spanSince", "spanWent", "spanRefused", "lastSince", "lastAccepted"],
] as (keyof LaneState)[];

/** With the calls under way: when each is taken for lost, by its grant. */
export type KeptLane = LaneState & { held: Record<string, number> };

export function newLane(): KeptLane {
  return { ...(Object.fromEntries(LANE_FIELDS.map((field) => [field, 0])) as unknown as LaneState), held: {} };
}

/** A twelfth of a minute's worth may go at once; the rest is spread, so that no minute sees more than its limit. */
export const BURST_PART = 12;
/** Clocks and networks are not exact. */
export const CAUTION = 0.98;
/** What a provider was seen to let through is not quite what it will. */
export const ESTIMATE_PART = 0.95;
/** The pace that a refusal has taught grows by so much a minute, until it is forgotten. */
export const GROWTH = 1.15;
export const FORGET_MINUTES = 60;
/** Nobody has gone for so long although there were places: those who hold them do not come. */
export const IDLE_MS = 4_000;
/** A call under way whose worker gives no sign of life is taken for lost. */
export const HELD_MS = 20_000;
export const CONCURRENCY_POLL_MS = 300;
/** Waits shorter than this are none. */
export const EPSILON_MS = 0.5;

interface Pacing {
  /** Between two requests; 0: none. */
  interval: number;
  /** How far the line may be ahead, and how far those may be who come late. */
  lineSlack: number;
  usedSlack: number;
  cost: number;
  tokenSlack: number;
  isTaught: boolean;
}

export function paceNow(state: LaneState, now: number, minuteMs: number): number {
  const minutes = Math.max(0, now - state.paceAt) / minuteMs;
  return state.pace === 0 || minutes > FORGET_MINUTES ? 0 : state.pace * GROWTH ** minutes;
}

function pacing(state: LaneState, limits: LaneLimits, tokens: number, now: number, minuteMs: number): Pacing {
  const { requestsPerMinute, tokensPerMinute } = limits;
  const found: Pacing = { interval: 0, lineSlack: 0, usedSlack: 0, cost: 0, tokenSlack: 0, isTaught: false };
  if (requestsPerMinute !== null) {
    const burst = Math.max(1, Math.floor(requestsPerMinute / BURST_PART));
    found.interval = minuteMs / ((requestsPerMinute - (burst - 1)) * CAUTION);
    found.lineSlack = found.usedSlack = (burst - 1) * found.interval;
  }
  const pace = paceNow(state, now, minuteMs);
  if (pace > 0 && 1 / pace > found.interval) {
    found.interval = 1 / pace;
    found.lineSlack = 0;
    found.usedSlack = Math.floor(minuteMs / 30 / found.interval) * found.interval;
    found.isTaught = true;
  }
  if (tokensPerMinute !== null) {
    const burst = tokensPerMinute / BURST_PART;
    const perToken = minuteMs / ((tokensPerMinute - burst) * CAUTION);
    found.cost = tokens * perToken;
    found.tokenSlack = Math.max(0, burst * perToken - found.cost);
  }
  return found;
}

/** Closes a span of half a minute, or all of what lies before the lane was closed. */
function rollSpan(state: LaneState, now: number, minuteMs: number): void {
  if (state.cutAt > 0 && now >= state.cutAt && state.spanSince < state.cutAt) {
    Object.assign(state, { spanSince: state.cutAt, spanWent: 0, spanRefused: 0, lastSince: 0, lastAccepted: 0 });
  } else if (state.spanSince === 0 || now - state.spanSince > minuteMs / 2) {
    const isRecent = state.spanSince > 0 && now - state.spanSince <= minuteMs;
    const last = isRecent
      ? { lastSince: state.spanSince, lastAccepted: state.spanWent - state.spanRefused }
      : { lastSince: 0, lastAccepted: 0 };
    Object.assign(state, { ...last, spanSince: now, spanWent: 0, spanRefused: 0 });
  }
}

export function takeTurn(state: KeptLane, limits: LaneLimits, ask: LaneAsk, now: number, minuteMs: number): LaneAnswer {
  rollSpan(state, now, minuteMs);
  state.touchedAt = now;
  const { interval, lineSlack, usedSlack, cost, tokenSlack, isTaught } = pacing(state, limits, ask.tokens, now, minuteMs);
  const base = Math.max(now, state.closedUntil) - state.shift;
  const usedTokens = cost > 0 ? state.usedTokens - tokenSlack : 0;
  const free = Math.max(base, state.usedRequests - usedSlack, usedTokens);
  const place = ask.place && ask.place.at <= Math.max(state.lineRequests, state.lineTokens) ? ask.place : null;
  const lineTokens = cost > 0 ? state.lineTokens - tokenSlack : 0;
  const line = Math.max(state.lineRequests - lineSlack, lineTokens);
  const isJump = place === null && line > free && Math.max(state.usedRequests, state.usedTokens) + IDLE_MS <= base;
  const start = place ? Math.max(place.at, free) : isJump ? free : Math.max(free, line);
  const waitMs = start + state.shift - now;
  const join = () => {
    state.lineRequests = Math.max(state.lineRequests, base) + interval;
    state.lineTokens = Math.max(state.lineTokens, base) + cost;
  };
  if (waitMs > EPSILON_MS) {
    const isByTokens = Math.max(usedTokens, lineTokens) >= start && cost > 0;
    const because = state.closedUntil > now ? "told" : isByTokens ? "tokens" : isTaught ? "told" : "requests";
    if (!place && ask.maxWaitMs !== undefined && waitMs > ask.maxWaitMs) return { grant: null, waitMs, because, place: null };
    if (!place) join();
    return { grant: null, waitMs, because, place: place ?? { at: start } };
  }
  if (limits.maxConcurrent !== null) {
    for (const [id, until] of Object.entries(state.held)) if (until <= now) delete state.held[id];
    if (Object.keys(state.held).length >= limits.maxConcurrent) {
      if (!place) join();
      return { grant: null, waitMs: CONCURRENCY_POLL_MS, because: "concurrency", place: place ?? { at: start } };
    }
  }
  if (!place && !isJump) join();
  state.usedRequests = Math.max(state.usedRequests, base) + interval;
  state.usedTokens = Math.max(state.usedTokens, base) + cost;
  state.spanWent += 1;
  const grant = { id: randomUUID(), wentAt: now, tokens: ask.tokens };
  if (limits.maxConcurrent !== null) state.held[grant.id] = now + HELD_MS;
  return { grant };
}

/**
 * Closes the lane, and learns its pace: so many calls were let through from the beginning of what is remembered to the
 * moment in which the provider says that it takes more. Never less than half of what went well before.
 */
export function takeRefusal(
  state: KeptLane,
  limits: LaneLimits,
  refusal: { grant: LaneGrant; delayMs: number },
  now: number,
  minuteMs: number,
): void {
  const { grant, delayMs } = refusal;
  rollSpan(state, now, minuteMs);
  state.touchedAt = now;
  const { interval } = pacing(state, limits, 1, now, minuteMs);
  if (grant.wentAt >= state.cutAt) state.paceBefore = interval > 0 ? 1 / interval : 0;
  const until = now + delayMs;
  if (until > state.closedUntil) {
    state.shift += until - Math.max(now, state.closedUntil);
    state.closedUntil = until;
  }
  // Whatever went before, the provider takes the next one then.
  state.usedRequests = Math.min(state.usedRequests, state.closedUntil - state.shift);
  state.cutAt = state.closedUntil;
  state.spanRefused += 1;
  const accepted = Math.max(1, state.lastAccepted + state.spanWent - state.spanRefused);
  const spanMs = Math.max(1, state.closedUntil - (state.lastSince || state.spanSince));
  const seen = (accepted / spanMs) * ESTIMATE_PART;
  // One at least for each wait that the provider asks for, and one a second where it asks for none.
  const least = 1 / Math.max(delayMs, minuteMs / 60);
  const learned = state.paceBefore === 0 ? seen : Math.max(state.paceBefore / 2, Math.min(state.paceBefore, seen));
  state.pace = Math.max(learned, least);
  state.paceAt = state.closedUntil;
  delete state.held[grant.id];
}

export function endTurn(state: KeptLane, limits: LaneLimits, grant: LaneGrant, tokens: number | null, now: number, minuteMs: number): void {
  state.touchedAt = now;
  delete state.held[grant.id];
  if (tokens === null || limits.tokensPerMinute === null) return;
  const { cost } = pacing(state, limits, 1, now, minuteMs);
  const more = (tokens - grant.tokens) * cost;
  state.usedTokens += more;
  state.lineTokens += more;
}

export function readingOf(id: string, state: LaneState | undefined, limits: LaneLimits, now: number, minuteMs: number): LaneReading {
  if (!state) return { id, requestsPerMinute: limits.requestsPerMinute, closedUntil: null };
  const pace = paceNow(state, now, minuteMs);
  const taught = pace > 0 ? Math.max(1, Math.round(pace * minuteMs)) : null;
  const allowed = [limits.requestsPerMinute, taught].filter((rate) => rate !== null);
  return {
    id,
    requestsPerMinute: allowed.length > 0 ? Math.min(...allowed) : null,
    closedUntil: state.closedUntil > now ? new Date(state.closedUntil).toISOString() : null,
  };
}
