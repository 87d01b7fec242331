import { setTimeout as sleep } from "node:timers/promises";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { cloneParkedRuns } from "@crew/testing/clone-parked-runs";
import { openQuestionHouse, type QuestionHouse } from "@crew/testing/question-house";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorker, type Worker } from "./app.ts";

const PARKED = 1_000;
const WAKE_MS = 1_500;
const RULE = { deadlineMinutes: 600, onDeadline: "fail" as const, defaultAnswer: "", escalateTo: null };

let house: QuestionHouse;
let worker: Worker;
let questions: string[];
let idle: Held;
const counted = { statements: 0, sweeps: 0 };

interface Held {
  connections: number;
  running: number;
  timers: number;
  statementsOfSweep: number;
}

beforeAll(async () => {
  house = await openQuestionHouse();
  const { system } = house;
  const statements: typeof system.statements = {
    run(statement, values) {
      counted.statements++;
      if (statement.name.startsWith("sweep_runs")) counted.sweeps++;
      return system.statements.run(statement, values);
    },
  };
  worker = await startWorker({ ...system, statements }, { capacity: 2 });
  house.fake.setScript({ entries: [{ text: "draft" }] });
  const first = await house.start({ humanPolicy: RULE }, { humanInput: true });
  await house.asked(first.id);
  idle = await held();
  questions = await cloneParkedRuns(system, first.id, PARKED);
}, 60_000);
afterAll(async () => {
  await worker?.drain();
  await house?.[Symbol.asyncDispose]();
});

/** What the worker and the database hold, and what one round of the sweep asks. */
async function held(): Promise<Held> {
  Object.assign(counted, { statements: 0, sweeps: 0 });
  while (counted.sweeps < 3) await sleep(20);
  const { statements, sweeps } = counted;
  const { rows } = await house.system.pool.query<{ connections: number; running: number }>(
    `SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend') AS connections,
       (SELECT count(*)::int FROM runs WHERE state = 'running' OR lease_owner IS NOT NULL) AS running`,
  );
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  return { connections: 0, running: 0, ...rows[0], timers, statementsOfSweep: Math.round(statements / sweeps) };
}

test("1,000 parked runs hold no connection, no place, no timer, and cost no statement more than one does", async () => {
  const parked = await held();
  expect(questions).toHaveLength(PARKED);
  expect(parked.running).toBe(0);
  expect(parked.connections).toBeLessThanOrEqual(idle.connections);
  expect(parked.timers).toBeLessThanOrEqual(idle.timers + 1);
  // The heartbeat falls into one round or another.
  expect(parked.statementsOfSweep).toBeLessThanOrEqual(idle.statementsOfSweep + 1);
}, 40_000);

/** From the answer to the worker's first word, by the times of the rows. */
async function wakeMs(questionId: string, answer: () => Promise<unknown>): Promise<number> {
  await answer();
  const { rows } = await house.system.pool.query<{ id: string }>("SELECT run_id AS id FROM approvals WHERE id = $1", [
    uuidFromTypeId(questionId),
  ]);
  const read = async () =>
    (
      await house.system.pool.query<{ ms: number }>(
        `SELECT (extract(epoch FROM max(e.at) FILTER (WHERE e.type = 'run_resumed') - r.released_at) * 1000)::int AS ms
         FROM runs r JOIN run_events e ON e.run_id = r.id WHERE r.id = $1 GROUP BY r.released_at`,
        [rows[0]?.id],
      )
    ).rows[0]?.ms;
  for (let tries = 0; tries < 400; tries++) {
    const ms = await read();
    if (ms !== undefined && ms !== null) return ms;
    await sleep(20);
  }
  throw new Error("the run was never taken up again");
}

test("one of them goes on within 1.5 s of its answer", async () => {
  const times = [];
  for (const id of questions.slice(0, 5)) times.push(await wakeMs(id, () => house.decide({ id }, { decision: "approve" })));
  expect(Math.max(...times)).toBeLessThanOrEqual(WAKE_MS);
});

test("and without the notification, as where the connection that listens is lost", async () => {
  const silently = (id: string) =>
    house.system.pool.query(
      `WITH decided AS (UPDATE approvals SET decision = 'approve', decided_by = 'Ada', decided_at = now() WHERE id = $1 RETURNING run_id)
       UPDATE runs SET state = 'queued', reason = NULL, released_at = now(), released_because = 'answered' FROM decided WHERE id = decided.run_id`,
      [uuidFromTypeId(id)],
    );
  const times = [];
  for (const id of questions.slice(10, 13)) times.push(await wakeMs(id, () => silently(id)));
  // The poll is the net: half a second on average, whatever else this machine does.
  expect(Math.min(...times)).toBeLessThanOrEqual(WAKE_MS);
});
