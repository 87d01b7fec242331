import type { EventEmitter } from "node:events";
import { acrossWorkspaces, actingFor } from "@crew/core/access/acting-for";
import type { Actor } from "@crew/core/access/actor";
import { createCrew } from "@crew/core/crews/create-crew";
import { job } from "@crew/core/job";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

let system: TestSystem;
let ada: Actor;
let eve: Actor;
beforeAll(async () => {
  system = await openTestSystem();
  ada = await createActor(system);
  eve = await createActor(system);
  for (const [actor, name] of [
    [ada, "Ada's"],
    [eve, "Eve's"],
  ] as const)
    await createCrew(actingFor(system, actor), buildCrew({ name }));
});
afterAll(() => system[Symbol.asyncDispose]());

const CREWS = { name: "test_crews", text: "SELECT name FROM crews WHERE $1::int = 1 OR name = 'x'" };
const WHO = "SELECT current_user AS role, current_setting('crew.workspace', true) AS workspace";
const namesOf = (rows: readonly object[]) => rows.map((row) => (row as { name: string }).name);

test("a statement, a query and a transaction see one workspace's rows", async () => {
  for (const [actor, name] of [
    [ada, "Ada's"],
    [eve, "Eve's"],
  ] as const) {
    const ctx = actingFor(system, actor);
    expect(namesOf(await ctx.statements.run(CREWS, [1]))).toEqual([name]);
    expect(namesOf((await ctx.db.execute(sql`SELECT name FROM crews`)).rows)).toEqual([name]);
    const inside = await ctx.db.transaction(async (db) => (await db.execute(sql`SELECT name FROM crews`)).rows);
    expect(namesOf(inside)).toEqual([name]);
    expect(namesOf(await acrossWorkspaces(ctx).statements.run(CREWS, [1])).toSorted()).toEqual(["Ada's", "Eve's"]);
  }
  expect(namesOf(await system.statements.run(CREWS, [1])).toSorted()).toEqual(["Ada's", "Eve's"]);
});

test("a statement behind the wall is one round trip, and a transaction begins with one", async () => {
  const { db, statements } = actingFor(system, ada);
  const rounds = async (work: () => Promise<unknown>) => {
    let count = 0;
    const seen = () => (count += 1);
    const client = await system.pool.connect();
    const { connection } = client as unknown as { connection: EventEmitter };
    client.release();
    // The connection that was given back last is the next to be taken.
    connection.on("readyForQuery", seen);
    await work();
    connection.off("readyForQuery", seen);
    return count;
  };
  expect(await rounds(() => statements.run(CREWS, [1]))).toBe(1);
  expect(await rounds(() => db.execute(sql`SELECT name FROM crews`))).toBe(1);
  expect(await rounds(() => db.transaction((inner) => inner.execute(sql`SELECT name FROM crews`)))).toBe(3);
});

test("a transaction stays on its side of the wall", async () => {
  const ctx = actingFor(system, ada);
  await ctx.db.transaction(async (db) => {
    expect(() => acrossWorkspaces({ ...ctx, db: db as unknown as typeof ctx.db })).toThrow("stays on the side");
  });
  await expect(ctx.db.transaction((db) => db.transaction((inner) => inner.execute(sql`SELECT 1/0`)))).rejects.toThrow();
  const rows = await ctx.db.transaction(async (db) => {
    await db.transaction((inner) => inner.execute(sql`SELECT 1/0`)).catch(() => {});
    return (await db.execute(sql`SELECT name FROM crews`)).rows;
  });
  expect(namesOf(rows)).toEqual(["Ada's"]);
});

test("a job is put in within a verb's transaction, which reads no other one's", async () => {
  const greet = job({ name: "test-greet", payload: z.strictObject({ id: z.string() }), retryLimit: 0, expireInSeconds: 60 });
  const ctx = actingFor(system, ada);
  await ctx.db.transaction((db) => system.queue.send(db as unknown as typeof ctx.db, greet, { id: "kept" }));
  await expect(
    ctx.db.transaction(async (db) => {
      await system.queue.send(db as unknown as typeof ctx.db, greet, { id: "rolled back" });
      throw new Error("not today");
    }),
  ).rejects.toThrow("not today");
  const { rows } = await system.pool.query("SELECT data FROM pgboss.job WHERE name = 'test-greet'");
  expect(rows).toEqual([{ data: { id: "kept" } }]);
  await expect(ctx.db.execute(sql`SELECT data FROM pgboss.job`)).rejects.toMatchObject({ cause: { code: "42501" } });
});

test("a workspace that is no id never becomes part of a statement", () => {
  for (const workspaceId of ["", "x", "workspace_'; DROP TABLE runs; --", `workspace_${"'".repeat(26)}`])
    expect(() => actingFor(system, { ...ada, workspaceId })).toThrow(RangeError);
});

test("T-05 a thousand requests of two tenants, with errors, timeouts and rollbacks among them, never see each other's rows", async () => {
  const kinds = [
    async (actor: Actor) => namesOf(await actingFor(system, actor).statements.run(CREWS, [1])),
    async (actor: Actor) => namesOf((await actingFor(system, actor).db.execute(sql`SELECT name FROM crews`)).rows),
    async (actor: Actor) =>
      actingFor(system, actor).db.transaction(async (db) => namesOf((await db.execute(sql`SELECT name FROM crews`)).rows)),
    async (actor: Actor) => {
      let seen: string[] = [];
      await actingFor(system, actor)
        .db.transaction(async (db) => {
          seen = namesOf((await db.execute(sql`SELECT name FROM crews`)).rows);
          throw new Error("rolled back");
        })
        .catch(() => {});
      return seen;
    },
    async (actor: Actor) => {
      await expect(actingFor(system, actor).db.execute(sql`SELECT 1/0 FROM crews`)).rejects.toThrow();
      return undefined;
    },
    async (actor: Actor) => {
      await expect(
        actingFor(system, actor).statements.run({ name: "test_wrong", text: "SELECT no_such_column FROM crews" }, []),
      ).rejects.toThrow();
      return undefined;
    },
    async (actor: Actor) => {
      const slow = actingFor(system, actor).db.transaction(async (db) => {
        await db.execute(sql`SET LOCAL statement_timeout = 5`);
        await db.execute(sql`SELECT pg_sleep(5)`);
      });
      await expect(slow).rejects.toThrow();
      return undefined;
    },
    async () => {
      const { rows } = await system.pool.query(WHO);
      expect(rows).toEqual([{ role: "crew_system", workspace: expect.toBeOneOf(["", null]) }]);
      return undefined;
    },
  ];
  let looked = 0;
  const request = async (i: number) => {
    const [actor, name] = i % 2 === 0 ? [ada, "Ada's"] : ([eve, "Eve's"] as const);
    const seen = await kinds[(i * 7 + (i >> 3)) % kinds.length]?.(actor as Actor);
    if (seen === undefined) return;
    looked += 1;
    expect(seen).toEqual([name]);
  };
  // More at once than the pool has connections.
  for (let at = 0; at < 1_000; at += 25) await Promise.all(Array.from({ length: 25 }, (_, i) => request(at + i)));
  expect(looked).toBeGreaterThan(400);
  expect(system.pool.waitingCount).toBe(0);
  const idle = await Promise.all(Array.from({ length: system.pool.totalCount }, () => system.pool.query(WHO)));
  for (const { rows } of idle) expect(rows).toEqual([{ role: "crew_system", workspace: expect.toBeOneOf(["", null]) }]);
});
