import { randomInt } from "node:crypto";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { CreateSchedule, FAILURES_UNTIL_PAUSE, MAX_CAUGHT_UP } from "@crew/contracts/schedules";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { actingFor } from "../access/acting-for.ts";
import type { Actor } from "../access/actor.ts";
import { createCrew } from "../crews/create-crew.ts";
import { deleteCrew } from "../crews/delete-crew.ts";
import { createHalt } from "../halts/create-halt.ts";
import { deleteHalt } from "../halts/delete-halt.ts";
import { createSchedule } from "./create-schedule.ts";
import { nextTicks } from "./cron-times.ts";
import { getSchedule } from "./get-schedule.ts";
import { runDueSchedules } from "./run-due-schedules.ts";
import { updateSchedule } from "./update-schedule.ts";

let system: TestSystem;
let ada: Actor;
let crewId: string;

beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());
beforeEach(async () => {
  await system.pool.query("DELETE FROM schedules");
  ada = await createActor(system);
  crewId = (await createCrew(as(ada), buildCrew())).id;
});

const as = (actor: Actor) => actingFor(system, actor);
const HOUR_MS = 3_600_000;

/** A schedule whose clock stands at `from`. */
async function scheduleAt(from: Date, over: Partial<CreateSchedule>, maker = ada): Promise<string> {
  const input = CreateSchedule.parse({ crewId, name: "Every morning", cron: "0 * * * *", inputs: { topic: "solar" }, ...over });
  const { id } = await createSchedule(as(maker), input);
  const [first] = nextTicks(input.cron, input.timezone, from, 1);
  await system.pool.query("UPDATE schedules SET next_at = $2 WHERE id = $1", [uuidFromTypeId(id), first]);
  return id;
}

async function ticksOf(scheduleId: string): Promise<{ at: string; outcome: string; why: string | null; run_id: string | null }[]> {
  const { rows } = await system.pool.query(
    "SELECT tick_at, outcome, why, run_id FROM schedule_ticks WHERE schedule_id = $1 ORDER BY tick_at",
    [uuidFromTypeId(scheduleId)],
  );
  return rows.map(({ tick_at, ...row }) => ({ at: tick_at.toISOString(), ...row }));
}

const runCount = async () =>
  Number((await system.pool.query("SELECT count(*) FROM runs WHERE started_by->>'kind' = 'schedule'")).rows[0].count);
const round = (at: Date) => runDueSchedules(system, new Map(), at);

/** 24 hours around each change of the clocks. */
const WINDOWS: [zone: string, from: string][] = [
  ["Europe/Berlin", "2026-10-24T12:00:00Z"],
  ["Europe/Berlin", "2027-03-27T12:00:00Z"],
  ["America/New_York", "2026-10-31T18:00:00Z"],
  ["America/New_York", "2027-03-13T18:00:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T02:00:00Z"],
  ["Australia/Lord_Howe", "2027-04-03T02:00:00Z"],
];

/** Whether the minute that begins then fits hour and minute as clocks there show them; written apart from the library. */
function clocksShow(zone: string, at: number): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" }).format(at);
}

/** Every minute of the window whose clock face fits; a face that was shown before is left out for fixed times. */
function expectedTicks(zone: string, from: number, fits: (face: string) => boolean, isFixed: boolean): string[] {
  const seen = new Set<string>();
  const ticks: string[] = [];
  for (let at = from + 60_000; at <= from + 24 * HOUR_MS; at += 60_000) {
    const face = clocksShow(zone, at);
    const before = clocksShow(zone, at - 60_000);
    const skipped = minutesBetween(before, face);
    // Across a gap, a fixed time in it is due at the first moment after.
    const isDue = fits(face) ? !(isFixed && seen.has(face)) : isFixed && skipped.some(fits);
    if (isDue) ticks.push(new Date(at).toISOString());
    seen.add(face);
  }
  return ticks;
}

/** The faces that the clock left out between two minutes; none when it went on or back. */
function minutesBetween(before: string, after: string): string[] {
  const number = (face: string) => Number(face.slice(0, 2)) * 60 + Number(face.slice(3));
  const [low, high] = [number(before), number(after)];
  const faces = Array.from({ length: Math.max(0, high - low - 1) }, (_, index) => low + index + 1);
  return faces.map((minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`);
}

const CRONS: [cron: string, isFixed: boolean, fits: (face: string) => boolean][] = [
  ["*/30 * * * *", false, (face) => /:[03]0$/.test(face)],
  ["15 2 * * *", true, (face) => face === "02:15"],
  ["45 1 * * *", true, (face) => face === "01:45"],
  ["30 2,14 * * *", true, (face) => face === "02:30" || face === "14:30"],
];

/** Numbers in [0, 1) that a seed repeats (Mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("two schedulers through 24 h of each change of the clocks start each tick exactly once", { timeout: 120_000 }, async () => {
  const seed = Number(process.env.CREW_SEED ?? randomInt(2 ** 31));
  console.log(`seed ${seed} (CREW_SEED replays it)`);
  const random = seeded(seed);
  let ticks = 0;
  for (const [zone, begin] of WINDOWS) {
    const from = new Date(begin);
    const wanted = new Map<string, string[]>();
    // Where clocks never change, once is enough.
    for (const timezone of begin === WINDOWS[0]?.[1] ? [zone, "Asia/Kolkata"] : [zone])
      for (const [cron, isFixed, fits] of CRONS) {
        const id = await scheduleAt(from, { cron, timezone, missedPolicy: "all", graceSeconds: 10_000 });
        wanted.set(id, expectedTicks(timezone, from.getTime(), fits, isFixed));
      }
    const runsBefore = await runCount();
    const end = from.getTime() + 24 * HOUR_MS;
    for (let clock = from.getTime(); clock < end; ) {
      clock = Math.min(end, clock + Math.floor(random() * 100 * 60_000));
      // Two clocks that do not quite agree, as two statements in the same moment would not.
      const other = Math.min(end, clock + Math.floor(random() * 2_000));
      await Promise.all([round(new Date(clock)), round(new Date(other))]);
    }
    for (const [id, expected] of wanted) {
      const done = await ticksOf(id);
      expect(
        done.map(({ at }) => at),
        `${zone} ${begin}`,
      ).toEqual(expected);
      expect(done.every(({ outcome, run_id }) => outcome === "started" && run_id !== null)).toBe(true);
      ticks += expected.length;
    }
    expect((await runCount()) - runsBefore).toBe([...wanted.values()].flat().length);
    await system.pool.query("DELETE FROM schedules");
  }
  console.log(`${ticks} ticks, each once`);
});

test("eight schedulers at once start one run", async () => {
  const from = new Date("2027-01-05T10:30:00Z");
  const id = await scheduleAt(from, {});
  const before = await runCount();
  const rounds = await Promise.all(Array.from({ length: 8 }, () => round(new Date("2027-01-05T11:00:00.400Z"))));
  expect(rounds.flatMap(({ ticked }) => ticked)).toHaveLength(1);
  expect((await runCount()) - before).toBe(1);
  expect(await ticksOf(id)).toMatchObject([{ at: "2027-01-05T11:00:00.000Z", outcome: "started", why: null }]);
});

describe("ticks that were missed", () => {
  const from = new Date("2027-01-05T00:30:00Z");
  const later = new Date("2027-01-05T06:20:00Z");

  test("are left out by skip, and told", async () => {
    const id = await scheduleAt(from, { missedPolicy: "skip" });
    await round(later);
    const ticks = await ticksOf(id);
    expect(ticks.map(({ outcome }) => outcome)).toEqual(Array(6).fill("missed"));
    expect((await getSchedule(as(ada), id)).nextAt).toBe("2027-01-05T07:00:00.000Z");
  });

  test("are replaced by the last of them", async () => {
    const id = await scheduleAt(from, { missedPolicy: "last" });
    await round(later);
    const ticks = await ticksOf(id);
    expect(ticks.map(({ outcome }) => outcome)).toEqual([...Array(5).fill("missed"), "started"]);
    expect(ticks.at(-1)?.why).toContain("20 min late");
  });

  test("are all caught up, to a bound", async () => {
    const id = await scheduleAt(from, { missedPolicy: "all" });
    await round(later);
    expect((await ticksOf(id)).map(({ outcome }) => outcome)).toEqual(Array(6).fill("started"));
    const long = await scheduleAt(from, { missedPolicy: "all" });
    await round(new Date("2027-01-25T06:20:00Z"));
    const ticks = await ticksOf(long);
    expect(ticks.filter(({ outcome }) => outcome === "started")).toHaveLength(MAX_CAUGHT_UP);
    // The first row stands for the hundreds that have none of their own.
    expect(ticks[0]).toMatchObject({ at: "2027-01-05T01:00:00.000Z", outcome: "missed" });
    expect(ticks[0]?.why).toContain("all others until");
    expect(ticks.length).toBeLessThan(60);
  });

  test("within the grace are on time, whatever the policy", async () => {
    const id = await scheduleAt(from, { missedPolicy: "skip", graceSeconds: 600 });
    await round(new Date("2027-01-05T01:09:00Z"));
    expect(await ticksOf(id)).toMatchObject([{ outcome: "started", why: null }]);
  });
});

test("a tick waits for no run: it is skipped while the last one is not over", async () => {
  const from = new Date("2027-01-05T00:30:00Z");
  const [skipping, allowing] = [await scheduleAt(from, { overlap: "skip" }), await scheduleAt(from, { overlap: "allow" })];
  for (const hour of ["01", "02"]) await round(new Date(`2027-01-05T${hour}:00:01Z`));
  expect((await ticksOf(skipping)).map(({ outcome }) => outcome)).toEqual(["started", "skipped"]);
  expect((await ticksOf(allowing)).map(({ outcome }) => outcome)).toEqual(["started", "started"]);
  await system.pool.query("UPDATE runs SET state = 'succeeded', ended_at = now()");
  await round(new Date("2027-01-05T03:00:01Z"));
  expect((await ticksOf(skipping)).at(-1)?.outcome).toBe("started");
});

describe("a run", () => {
  const at = new Date("2027-01-05T01:00:00.200Z");

  test("says that the schedule started it, for whom, and the log has it", async () => {
    const id = await scheduleAt(new Date("2027-01-05T00:30:00Z"), { documents: [{ name: "a.txt", text: "x" }] });
    await round(at);
    const [tick] = await ticksOf(id);
    const { rows } = await system.pool.query(
      `SELECT r.state, r.inputs, r.started_by, r.started_by_user_id, (SELECT count(*)::int FROM run_documents d WHERE d.run_id = r.id) AS documents,
        (SELECT count(*)::int FROM run_events e WHERE e.run_id = r.id) AS events, a.detail, a.actor
       FROM runs r JOIN audit_events a ON a.action = 'run.started' AND a.detail->>'scheduleId' = $2 WHERE r.id = $1`,
      [tick?.run_id, id],
    );
    expect(rows).toMatchObject([
      {
        state: "queued",
        inputs: { topic: "solar" },
        started_by: { kind: "schedule", name: "Every morning", userId: ada.userId },
        started_by_user_id: uuidFromTypeId(ada.userId),
        documents: 1,
        events: 1,
        detail: { crewId, tickAt: "2027-01-05T01:00:00.000Z" },
        actor: { kind: "user", userId: ada.userId, name: "Ada" },
      },
    ]);
  });

  test("that its person may not start any more is told as failed, and after some the schedule pauses itself", async () => {
    const bob = await createActor(system, { role: "builder", workspaceId: ada.workspaceId, name: "Bob" });
    const id = await scheduleAt(new Date("2027-01-05T00:30:00Z"), {}, bob);
    await system.pool.query("UPDATE workspace_members SET role = 'viewer' WHERE user_id = $1", [uuidFromTypeId(bob.userId)]);
    const before = await runCount();
    for (let hour = 1; hour <= FAILURES_UNTIL_PAUSE + 1; hour++) await round(new Date(Date.UTC(2027, 0, 5, hour, 0, 1)));
    const ticks = await ticksOf(id);
    expect(ticks).toHaveLength(FAILURES_UNTIL_PAUSE);
    expect(ticks[0]).toMatchObject({
      outcome: "failed",
      run_id: null,
      why: expect.stringContaining("Bob, for whom it acts, may not start this crew"),
    });
    expect(await runCount()).toBe(before);
    const paused = await getSchedule(as(ada), id);
    expect(paused).toMatchObject({ isPaused: true, nextAt: null, failuresInRow: FAILURES_UNTIL_PAUSE, lastTick: { outcome: "failed" } });
    expect(paused.pausedBecause).toContain("5 ticks in a row");
    // Whoever resumes it answers for it.
    expect(await updateSchedule(as(ada), id, { isPaused: false })).toMatchObject({
      isPaused: false,
      pausedBecause: null,
      failuresInRow: 0,
      actsFor: { userId: ada.userId },
      createdBy: { name: "Bob" },
    });
  });

  test("of a crew that is halted does not begin, and leaves nothing behind", async () => {
    const id = await scheduleAt(new Date("2027-01-05T00:30:00Z"), {});
    const before = await runCount();
    const halt = await createHalt(as(ada), { scope: "crew", crewId, reason: "It writes to everybody" });
    await round(at);
    expect(await ticksOf(id)).toMatchObject([{ outcome: "failed", run_id: null, why: expect.stringContaining("This crew is halted") }]);
    expect(await runCount()).toBe(before);
    await deleteHalt(as(ada), halt.id);
    await round(new Date("2027-01-05T02:00:00.200Z"));
    expect((await getSchedule(as(ada), id)).lastTick?.outcome).toBe("started");
  });

  test("is no schedule's any more when its crew is deleted", async () => {
    const id = await scheduleAt(new Date("2027-01-05T00:30:00Z"), {});
    await deleteCrew(as(ada), crewId);
    await round(at);
    expect(await getSchedule(as(ada), id)).toMatchObject({
      isPaused: true,
      nextAt: null,
      pausedBecause: "Its crew was deleted.",
      lastTick: null,
    });
  });

  test("of a person who left, or of a crew that is deleted, does not begin", async () => {
    const bob = await createActor(system, { role: "builder", workspaceId: ada.workspaceId, name: "Bob" });
    const left = await scheduleAt(new Date("2027-01-05T00:30:00Z"), {}, bob);
    await system.pool.query("DELETE FROM workspace_members WHERE user_id = $1", [uuidFromTypeId(bob.userId)]);
    const orphan = await scheduleAt(new Date("2027-01-05T00:30:00Z"), {});
    await system.pool.query("UPDATE crews SET deleted_at = now() WHERE id = $1", [uuidFromTypeId(crewId)]);
    await round(at);
    expect((await ticksOf(left))[0]).toMatchObject({ outcome: "failed", why: expect.stringContaining("not in the workspace any more") });
    expect((await ticksOf(orphan))[0]).toMatchObject({ outcome: "failed", why: expect.stringContaining("no crew") });
  });
});

test("what breaks half-way leaves neither run nor tick, is tried again, and is told when it stays broken", async () => {
  const id = await scheduleAt(new Date("2027-01-05T00:30:00Z"), {});
  const before = await runCount();
  const faults = new Map<string, number>();
  const broken = {
    ...system,
    newId: (prefix: Parameters<typeof system.newId>[0]) => {
      if (prefix === "audit") throw new Error("a fault of ours");
      return system.newId(prefix);
    },
  };
  for (let round = 0; round < 2; round++) await runDueSchedules(broken, faults, new Date("2027-01-05T01:00:01Z"));
  expect([await runCount(), (await ticksOf(id)).length]).toEqual([before, 0]);
  await runDueSchedules(broken, faults, new Date("2027-01-05T01:00:02Z"));
  expect(await ticksOf(id)).toMatchObject([{ outcome: "failed", why: expect.stringContaining("fault of the platform") }]);
  await runDueSchedules(system, faults, new Date("2027-01-05T02:00:01Z"));
  expect((await ticksOf(id)).at(-1)).toMatchObject({ outcome: "started" });
});

test("by the database's clock, a due schedule runs and tells how long until the next", async () => {
  const id = await scheduleAt(new Date(), { cron: "* * * * *" });
  await system.pool.query("UPDATE schedules SET next_at = date_trunc('minute', now()) WHERE id = $1", [uuidFromTypeId(id)]);
  const seen = vi.fn();
  const stop = await system.bus.subscribe(`workspace:${ada.workspaceId}`, seen);
  const { ticked } = await runDueSchedules(system, new Map());
  expect(ticked).toHaveLength(1);
  await expect.poll(() => seen).toHaveBeenCalledWith({ type: "changed", what: "schedule", id });
  const { nextInMs } = await runDueSchedules(system, new Map());
  expect(nextInMs).toBeGreaterThan(0);
  expect(nextInMs).toBeLessThanOrEqual(60_000);
  await stop();
});
