import { randomInt, randomUUID } from "node:crypto";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WORKER_LOCK_CLASS } from "./claim.ts";
import { claimRuns, registerWorker, sweepRuns } from "./worker-leases.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

test("a lost run that a new worker has taken while the sweep waited for its row is left to that worker", async () => {
  const { workspaceId } = await createActor(system);
  const id = uuidFromTypeId(system.newId("run"));
  await system.pool.query(
    `INSERT INTO runs (id, workspace_id, kind, title, inputs, started_by, state, created_at)
     VALUES ($1, $2, 'crew', 'Goes on', '{}', '{}', 'queued', now())`,
    [id, uuidFromTypeId(workspaceId)],
  );
  expect(await claimRuns(system, randomUUID(), 1)).toHaveLength(1);

  const other = await system.pool.connect();
  await other.query("BEGIN");
  await other.query("SELECT FROM runs WHERE id = $1 FOR UPDATE", [id]);
  const sweeping = sweepRuns(system);
  const waiting = async () => (await system.pool.query("SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")).rowCount;
  await expect.poll(waiting).toBeGreaterThan(0);
  // Neither the worker nor what it takes is in the picture of the database that the sweep has.
  const worker = randomUUID();
  const lockKey = randomInt(1, 2 ** 31 - 1);
  await using lock = await system.locks.hold(WORKER_LOCK_CLASS, lockKey);
  if (!lock) throw new Error("the lock is another's");
  await registerWorker(lock, { id: worker, lockKey, host: "test", pid: 1, capacity: 1, version: "test" });
  await other.query("UPDATE runs SET lease_owner = $2, lease_until = now() + interval '10 seconds', epoch = epoch + 1 WHERE id = $1", [
    id,
    worker,
  ]);
  await other.query("COMMIT");
  other.release();

  expect(await sweeping).toMatchObject({ lost: 0 });
  const { rows } = await system.pool.query("SELECT state, lease_owner FROM runs WHERE id = $1", [id]);
  expect(rows).toEqual([{ state: "running", lease_owner: worker }]);
});
