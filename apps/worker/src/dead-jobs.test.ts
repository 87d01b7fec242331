import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "@crew/core/access/actor";
import { getDeadLetter } from "@crew/core/dead-letters/get-dead-letter";
import { listDeadLetters } from "@crew/core/dead-letters/list-dead-letters";
import { redriveDeadLetter } from "@crew/core/dead-letters/redrive-dead-letter";
import { job } from "@crew/core/job";
import { jobHandler } from "@crew/platform/queue/boss-queue";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";

let system: TestSystem;
let actor: Actor;
let isMended = false;
const handled: unknown[] = [];

const remind = job({
  name: "remind",
  payload: z.strictObject({ runId: z.string(), token: z.string(), note: z.string() }),
  retryLimit: 0,
  expireInSeconds: 30,
  workspace: { table: "runs", id: "runId" },
});
const sweep = job({ name: "sweep", payload: z.strictObject({}), retryLimit: 0, expireInSeconds: 30 });

beforeAll(async () => {
  system = await openTestSystem();
  actor = await createActor(system);
  const act = async (payload: unknown) => {
    if (!isMended) throw new Error("no route to the post office");
    handled.push(payload);
  };
  await system.work([jobHandler(remind, act), jobHandler(sweep, act)]);
});
afterAll(() => system[Symbol.asyncDispose]());

const ctx = (who = actor) => ({ ...system, actor: who });
const list = async (who = actor) => (await listDeadLetters(ctx(who), { limit: 25 })).data;

test("a job that failed for good is its workspace's to see and to redrive; one of the installation is kept and shown to nobody", async () => {
  const runId = system.newId("run");
  await system.pool.query(
    `INSERT INTO runs (id, workspace_id, kind, title, inputs, started_by, state, created_at, ended_at)
     VALUES ($1, $2, 'crew', 'Brief', '{}', '{"kind": "user", "userId": null, "name": "Ada"}', 'succeeded', now(), now())`,
    [uuidFromTypeId(runId), uuidFromTypeId(actor.workspaceId)],
  );
  const payload = { runId, token: "a-token-of-somebody", note: "ring me" };
  const counted = vi.spyOn(system.metrics, "count");
  await system.queue.send(system.db, remind, payload);
  await system.queue.send(system.db, sweep, {});
  const kept = async () => (await system.pool.query("SELECT workspace_id, job_name FROM dead_letters ORDER BY job_name")).rows;
  await vi.waitFor(async () => expect(await kept()).toHaveLength(2), 10_000);
  expect(await kept()).toEqual([
    { job_name: "remind", workspace_id: uuidFromTypeId(actor.workspaceId) },
    { job_name: "sweep", workspace_id: null },
  ]);
  expect(counted).toHaveBeenCalledWith("dead_letters", { kind: "job", code: "job_failed" });
  const [letter, ...more] = await list();
  expect(more).toEqual([]);
  expect(letter).toMatchObject({ kind: "job", jobName: "remind", code: "job_failed", message: "no route to the post office", attempts: 1 });
  expect(await list(await createActor(system))).toEqual([]);
  const shown = await getDeadLetter(ctx(), letter?.id ?? "");
  expect(shown.payload).toEqual({ runId, token: "[redacted]", note: "ring me" });

  isMended = true;
  const both = await Promise.allSettled([1, 2].map(() => redriveDeadLetter(ctx(), letter?.id ?? "")));
  expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  await vi.waitFor(() => expect(handled).toEqual([payload]), 10_000);
  expect((await list())[0]).toMatchObject({ state: "redriven", redrivenRunId: null });
});
