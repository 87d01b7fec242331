import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lane, LaneAnswer, LaneGrant, LaneLimits, Lanes, LaneWait } from "@crew/core/model-providers/lanes-port";
import { expect, test } from "vitest";

/** So long lasts a minute here: short to wait for, and long enough that a machine which stands still for a moment changes nothing. */
export const CONTRACT_MINUTE_MS = 15_000;
/** For so long a refusal closes a lane. */
const CLOSED_MS = 2_000;

const NO_LIMITS: LaneLimits = { requestsPerMinute: null, tokensPerMinute: null, maxConcurrent: null };
const newLane = (limits: Partial<LaneLimits> = {}): Lane => ({ id: randomUUID(), limits: { ...NO_LIMITS, ...limits } });

function waitOf(answer: LaneAnswer): LaneWait {
  if (answer.grant) throw new Error("it went at once");
  return answer;
}

function grantOf(answer: LaneAnswer): LaneGrant {
  if (!answer.grant) throw new Error(`it has to wait ${answer.waitMs} ms, ${answer.because}`);
  return answer.grant;
}

async function takeMany(lanes: Lanes, lane: Lane, count: number, tokens = 1): Promise<LaneAnswer[]> {
  const answers: LaneAnswer[] = [];
  for (let i = 0; i < count; i++) answers.push(await lanes.take(lane, { tokens }));
  return answers;
}

/** `open` makes lanes with a minute of `CONTRACT_MINUTE_MS`; two made one after the other share what they know. */
export function lanesContract(open: () => Lanes): void {
  paceContract(open);
  limitsContract(open);
  refusalsContract(open);
}

function paceContract(open: () => Lanes): void {
  test("a lane without limits lets everybody through", async () => {
    const lanes = open();
    const lane = newLane();
    const answers = await Promise.all(Array.from({ length: 50 }, () => lanes.take(lane, { tokens: 100 })));
    expect(answers.filter(({ grant }) => grant !== null)).toHaveLength(50);
    expect(await lanes.read([lane])).toEqual([{ id: lane.id, requestsPerMinute: null, closedUntil: null }]);
  });

  test("requests a minute: a few at once, then places one behind the other, and never more than the limit in a minute", async () => {
    const lane = newLane({ requestsPerMinute: 60 });
    const answers = await takeMany(open(), lane, 70);
    expect(answers.slice(0, 5).every(({ grant }) => grant !== null)).toBe(true);
    const waits = answers.flatMap((answer) => (answer.grant ? [] : [waitOf(answer)]));
    expect(new Set(waits.map(({ because }) => because))).toEqual(new Set(["requests"]));
    const places = waits.map(({ place }) => place?.at ?? 0);
    const gaps = places.slice(1).map((at, i) => at - (places[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(CONTRACT_MINUTE_MS / 60);
    // Of all that went or will go, none has 60 others in the minute before it.
    const times = [...answers.flatMap(({ grant }) => grant?.wentAt ?? []), ...places].toSorted((a, b) => a - b);
    for (const [i, at] of times.entries())
      expect(at - (times[i - 60] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(CONTRACT_MINUTE_MS);
  });

  test("a place holds: nobody who comes later goes before, and its time comes", async () => {
    const lanes = open();
    const lane = newLane({ requestsPerMinute: 60 });
    const wait = waitOf((await takeMany(lanes, lane, 8)).at(-1) as LaneAnswer);
    expect(waitOf(await lanes.take(lane, { tokens: 1, place: wait.place })).waitMs).toBeLessThanOrEqual(wait.waitMs + 5);
    const later = waitOf(await lanes.take(lane, { tokens: 1 }));
    expect(later.waitMs).toBeGreaterThan(waitOf(await lanes.take(lane, { tokens: 1, place: wait.place })).waitMs);
    await sleep(wait.waitMs + 5);
    grantOf(await open().take(lane, { tokens: 1, place: wait.place }));
  });

  test("a longer wait than asked for is told, and keeps no place", async () => {
    const lanes = open();
    const lane = newLane({ requestsPerMinute: 12 });
    await takeMany(lanes, lane, 3);
    const askedAt = performance.now();
    const told = waitOf(await lanes.take(lane, { tokens: 1, maxWaitMs: 10 }));
    expect(told.place).toBeNull();
    const { waitMs } = waitOf(await lanes.take(lane, { tokens: 1 }));
    expect(waitMs).toBeLessThanOrEqual(told.waitMs);
    expect(waitMs).toBeGreaterThan(told.waitMs - (performance.now() - askedAt) - 5);
  });

  test("lanes do not know of each other", async () => {
    const lanes = open();
    const [one, other] = [newLane({ requestsPerMinute: 1 }), newLane({ requestsPerMinute: 1 })];
    grantOf(await lanes.take(one, { tokens: 1 }));
    grantOf(await lanes.take(other, { tokens: 1 }));
    waitOf(await lanes.take(one, { tokens: 1 }));
  });
}

function limitsContract(open: () => Lanes): void {
  test("tokens a minute: what is asked for counts, and what was used in the end", async () => {
    const lanes = open();
    const lane = newLane({ tokensPerMinute: 12_000 });
    const askedAt = performance.now();
    const first = grantOf(await lanes.take(lane, { tokens: 1_000 }));
    const { because, waitMs } = waitOf(await lanes.take(lane, { tokens: 1_000, maxWaitMs: 0 }));
    expect(because).toBe("tokens");
    expect(waitMs).toBeGreaterThan(CONTRACT_MINUTE_MS / 12 - (performance.now() - askedAt) - 5);
    await lanes.finish(lane, first, 100);
    grantOf(await lanes.take(lane, { tokens: 500 }));
    // More than the lane ever lets through at once goes when all else is over.
    expect(waitOf(await lanes.take(lane, { tokens: 20_000 })).waitMs).toBeGreaterThan(0);
  });

  test("calls under way: no more than allowed, and a finished one makes room", async () => {
    const lanes = open();
    const lane = newLane({ maxConcurrent: 2 });
    const [first] = (await takeMany(lanes, lane, 2)).map(grantOf);
    expect(waitOf(await open().take(lane, { tokens: 1 }))).toMatchObject({ because: "concurrency" });
    if (first) await lanes.finish(lane, first, null);
    grantOf(await open().take(lane, { tokens: 1 }));
  });
}

function refusalsContract(open: () => Lanes): void {
  test("a refusal closes the lane to all for as long as told, and it is slower afterwards", async () => {
    const lanes = open();
    const lane = newLane();
    const beganAt = performance.now();
    const grants = (await takeMany(lanes, lane, 20)).map(grantOf);
    for (const grant of grants.slice(10)) await lanes.refused(lane, grant, CLOSED_MS);
    const refusedMs = performance.now() - beganAt;
    const [first, second] = [waitOf(await open().take(lane, { tokens: 1 })), waitOf(await lanes.take(lane, { tokens: 1 }))];
    expect(first).toMatchObject({ because: "told" });
    expect(first.waitMs).toBeGreaterThan(CLOSED_MS - 10 - (performance.now() - beganAt));
    expect(first.waitMs).toBeLessThanOrEqual(CLOSED_MS);
    // Ten went in the time until it is open again, so a tenth of that for each from now on.
    const gap = (second.place?.at ?? 0) - (first.place?.at ?? 0);
    expect(gap).toBeGreaterThan(CLOSED_MS / 10);
    expect(gap).toBeLessThan((CLOSED_MS + refusedMs) / 9);
    const [reading] = await lanes.read([lane]);
    expect(reading?.closedUntil).toBeTruthy();
    expect(reading?.requestsPerMinute).toBeLessThan(100);
    await sleep(first.waitMs + 5);
    grantOf(await lanes.take(lane, { tokens: 1, place: first.place }));
  });

  test("places move behind a refusal and keep their order; the refusals of one burst count as one", async () => {
    const lanes = open();
    const lane = newLane({ requestsPerMinute: 60 });
    const answers = await takeMany(lanes, lane, 8);
    const askedAt = performance.now();
    const grants = answers.flatMap(({ grant }) => grant ?? []);
    const waits = answers.flatMap((answer) => (answer.grant ? [] : [waitOf(answer)]));
    for (const grant of grants) await lanes.refused(lane, grant, CLOSED_MS);
    const moved = [];
    for (const { place } of waits) moved.push(waitOf(await lanes.take(lane, { tokens: 1, place })).waitMs);
    expect(moved).toEqual(moved.toSorted((a, b) => a - b));
    for (const [i, ms] of moved.entries())
      expect(ms - (waits[i]?.waitMs ?? 0)).toBeGreaterThan(askedAt + CLOSED_MS - 20 - performance.now());
    // Half of what the limit allows, and not half for each refusal.
    const [reading] = await lanes.read([lane]);
    expect(reading?.requestsPerMinute).toBeGreaterThanOrEqual(26);
    expect(reading?.requestsPerMinute).toBeLessThan(60);
  });
}
