import { uuidFromTypeId } from "@crew/contracts/ids";
import { actingFor } from "@crew/core/access/acting-for";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getAuditHead } from "./get-audit-head.ts";
import { listAuditEvents } from "./list-audit-events.ts";
import { recordAudit } from "./record-audit.ts";
import { verifyAuditChain } from "./verify-audit-chain.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

/** A workspace with `count` events in its log. */
async function start(count = 6) {
  const ctx = actingFor(system, await createActor(system));
  for (let i = 1; i <= count; i += 1) await recordAudit(ctx, { action: "thing.done", subject: `thing_${i}`, detail: { i, umlaut: "ä" } });
  const { data } = await listAuditEvents(ctx, { limit: 100 });
  return { ctx, events: data.toReversed(), workspace: uuidFromTypeId(ctx.actor.workspaceId), verify: () => verifyAuditChain(ctx, {}) };
}

/** As somebody who has the database itself, and switches its triggers off. */
async function asSuperuser(sql: string, values: unknown[]): Promise<void> {
  const client = await system.pool.connect();
  try {
    await client.query("SET ROLE NONE; BEGIN; SET LOCAL session_replication_role = replica");
    const { rowCount } = await client.query(sql, values);
    expect(rowCount).toBeGreaterThan(0);
    await client.query("COMMIT");
  } finally {
    client.release(true);
  }
}

test("T-31 events of a workspace form one chain, from 1 without a gap, also when many are written at once [ASVS 16.4.2]", async () => {
  const { ctx } = await start(1);
  const other = await start(3);
  await Promise.all(Array.from({ length: 60 }, (_, i) => recordAudit(ctx, { action: "thing.done", subject: `thing_${i}` })));
  const { data } = await listAuditEvents(ctx, { limit: 100 });
  expect(data.map(({ seq }) => seq)).toEqual(Array.from({ length: 61 }, (_, i) => 61 - i));
  expect(await verifyAuditChain(ctx, {})).toEqual({ intact: true, checked: 61, firstBroken: null });
  expect(await other.verify()).toEqual({ intact: true, checked: 3, firstBroken: null });
  expect(await getAuditHead(ctx)).toEqual({ seq: 62, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test("a log of more than one batch is checked to its end, and an empty one is whole", async () => {
  const { ctx, workspace } = await start(1);
  await system.pool.query(
    `INSERT INTO audit_events (id, workspace_id, actor, action, subject, created_at)
     SELECT gen_random_uuid(), $1, '{"kind":"user","name":"Ada"}', 'thing.done', 'thing_' || n, now() FROM generate_series(1, 1200) n`,
    [workspace],
  );
  expect(await verifyAuditChain(ctx, {})).toEqual({ intact: true, checked: 1201, firstBroken: null });
  const empty = actingFor(system, await createActor(system));
  expect(await getAuditHead(empty)).toEqual({ seq: 0, hash: "0".repeat(64) });
  expect(await verifyAuditChain(empty, {})).toEqual({ intact: true, checked: 0, firstBroken: null });
});

test("a transaction that fails leaves no link, and one that waits for a row holds nobody's log back", async () => {
  const { ctx, verify } = await start(1);
  const refused = ctx.db.transaction(async (db) => {
    await recordAudit({ ...ctx, db }, { action: "thing.done", subject: "never" });
    throw new Error("no");
  });
  await expect(refused).rejects.toThrow("no");
  await ctx.db.transaction(async (db) => {
    await recordAudit({ ...ctx, db }, { action: "thing.begun", subject: "first" });
    await recordAudit(ctx, { action: "thing.done", subject: "meanwhile" });
  });
  const { data } = await listAuditEvents(ctx, { limit: 3 });
  expect(data.map(({ subject }) => subject)).toEqual(["first", "meanwhile", "thing_1"]);
  expect(await verify()).toMatchObject({ intact: true, checked: 3 });
});

describe("T-31 the verifier names", () => {
  test.each([
    ["actor", `actor = actor || '{"name":"Mallory"}'`],
    ["action", "action = 'thing.undone'"],
    ["subject", "subject = 'thing_9'"],
    ["detail", `detail = detail || '{"i":7}'`],
    ["outcome", "outcome = 'refused'"],
    ["address", "address = '203.0.113.9'"],
    ["user agent", "user_agent = 'curl'"],
    ["request", "request_id = 'req_1'"],
    ["time", "created_at = created_at - interval '1 microsecond'"],
  ])("an event whose %s was changed", async (_, change) => {
    const { events, verify } = await start();
    await asSuperuser(`UPDATE audit_events SET ${change} WHERE id = $1`, [uuidFromTypeId(events[2]?.id ?? "")]);
    expect(await verify()).toMatchObject({
      intact: false,
      checked: 2,
      firstBroken: { id: events[2]?.id, seq: 3, why: expect.stringMatching(/was changed/) },
    });
  });

  test("an event that was removed, alone or with its link", async () => {
    const alone = await start();
    await asSuperuser("DELETE FROM audit_events WHERE id = $1", [uuidFromTypeId(alone.events[2]?.id ?? "")]);
    expect(await alone.verify()).toMatchObject({ intact: false, firstBroken: { id: alone.events[2]?.id, seq: 3 } });
    const both = await start();
    await asSuperuser("DELETE FROM audit_events WHERE id = $1", [uuidFromTypeId(both.events[2]?.id ?? "")]);
    await asSuperuser("DELETE FROM audit_links WHERE event_id = $1", [uuidFromTypeId(both.events[2]?.id ?? "")]);
    const why = "Before it, event 3 is missing.";
    expect(await both.verify()).toMatchObject({ intact: false, firstBroken: { id: both.events[3]?.id, seq: 4, why } });
  });

  test("an event that was put in past the chain, or into it", async () => {
    const { events, workspace, verify } = await start();
    const insert = `INSERT INTO audit_events (id, workspace_id, actor, action, subject, created_at)
      VALUES ($1, $2, '{"kind":"user","name":"Mallory"}', 'thing.done', 'thing_0', now())`;
    const id = system.newId("audit");
    await asSuperuser(insert, [uuidFromTypeId(id), workspace]);
    expect(await verify()).toMatchObject({
      intact: false,
      firstBroken: { id, seq: null, why: expect.stringMatching(/outside the chain/) },
    });
    await asSuperuser("UPDATE audit_links SET event_id = $1 WHERE event_id = $2", [
      uuidFromTypeId(id),
      uuidFromTypeId(events[3]?.id ?? ""),
    ]);
    expect(await verify()).toMatchObject({ intact: false, firstBroken: { id, seq: 4, why: expect.stringMatching(/was changed/) } });
  });

  test("events that changed places", async () => {
    const { events, workspace, verify } = await start();
    await asSuperuser(`UPDATE audit_links l SET seq = CASE l.seq WHEN 2 THEN -4 ELSE -2 END WHERE workspace_id = $1 AND seq IN (2, 4)`, [
      workspace,
    ]);
    await asSuperuser("UPDATE audit_links SET seq = -seq WHERE workspace_id = $1 AND seq < 0", [workspace]);
    expect(await verify()).toMatchObject({ intact: false, firstBroken: { id: events[3]?.id, seq: 2 } });
  });

  test("a cut end; where the head was set back too, a head from before shows it", async () => {
    const { ctx, events, workspace, verify } = await start();
    const anchor = await getAuditHead(ctx);
    await asSuperuser("DELETE FROM audit_events WHERE id = $1", [uuidFromTypeId(events[5]?.id ?? "")]);
    await asSuperuser("DELETE FROM audit_links WHERE workspace_id = $1 AND seq = 6", [workspace]);
    const missing = { intact: false, checked: 5, firstBroken: { id: null, seq: 6, why: expect.stringMatching(/end is missing/) } };
    expect(await verify()).toMatchObject(missing);
    // `verify` was logged: its link stands at 7 now, and the one before is missing.
    await asSuperuser("DELETE FROM audit_events WHERE workspace_id = $1 AND action = 'audit.verified'", [workspace]);
    await asSuperuser("DELETE FROM audit_links WHERE workspace_id = $1 AND seq > 5", [workspace]);
    await asSuperuser("UPDATE audit_heads SET seq = 5, hash = decode($2, 'hex') WHERE workspace_id = $1", [workspace, events[4]?.hash]);
    expect(await verifyAuditChain(ctx, { anchor })).toMatchObject(missing);
  });

  test("a chain that was written anew with right hashes, against a head from before", async () => {
    const { ctx, events, workspace, verify } = await start();
    const anchor = await getAuditHead(ctx);
    await asSuperuser("UPDATE audit_events SET subject = 'thing_x' WHERE id = $1", [uuidFromTypeId(events[1]?.id ?? "")]);
    for (let seq = 2; seq <= 6; seq += 1) {
      await asSuperuser(
        `UPDATE audit_links l SET prev_hash = p.hash, hash = audit_hash(e, l.seq, p.hash) FROM audit_links p, audit_events e
         WHERE l.workspace_id = $1 AND l.seq = $2 AND p.workspace_id = $1 AND p.seq = $2 - 1 AND e.id = l.event_id`,
        [workspace, seq],
      );
    }
    await asSuperuser(
      "UPDATE audit_heads h SET hash = l.hash FROM audit_links l WHERE h.workspace_id = $1 AND l.workspace_id = $1 AND l.seq = h.seq",
      [workspace],
    );
    expect(await verify()).toMatchObject({ intact: true });
    expect(await verifyAuditChain(ctx, { anchor })).toMatchObject({
      intact: false,
      firstBroken: { id: events[5]?.id, seq: 6, why: expect.stringMatching(/written anew/) },
    });
  });
});

test.each([
  "UPDATE audit_events SET action = 'x.y'",
  "DELETE FROM audit_events",
  "TRUNCATE audit_events",
  "UPDATE audit_links SET seq = 9",
  "DELETE FROM audit_links",
  "TRUNCATE audit_links",
  "DELETE FROM audit_heads",
  "TRUNCATE workspaces CASCADE",
])("T-31 nobody changes the log, not even the owner of the tables: %s [ASVS 16.4.2]", async (sql) => {
  await start(1);
  const client = await system.pool.connect();
  await client.query("SET ROLE NONE");
  await expect(client.query(sql)).rejects.toMatchObject({ code: "23000" });
  client.release(true);
});

test("a deleted workspace takes its log with it and leaves a stone: how far it went, its last hash, who deleted it", async () => {
  const { ctx, workspace } = await start(3);
  const { name } = ctx.actor;
  await ctx.db.transaction(async (db) => {
    await recordAudit({ ...ctx, db }, { action: "workspace.deleted", subject: ctx.actor.workspaceId });
    await db.execute(`DELETE FROM workspaces WHERE id = '${workspace}'`);
  });
  const { rows } = await system.pool.query("SELECT * FROM audit_tombstones WHERE workspace_id = $1", [workspace]);
  expect(rows).toMatchObject([{ name: `${name}'s workspace`, seq: "4", last_event: { action: "workspace.deleted", actor: { name } } }]);
  expect(rows[0].hash).toHaveLength(32);
  for (const table of ["audit_events", "audit_links", "audit_heads"])
    expect((await system.pool.query(`SELECT FROM ${table} WHERE workspace_id = $1`, [workspace])).rowCount).toBe(0);
  await expect(system.pool.query("DELETE FROM audit_tombstones")).rejects.toThrow();
});

test("who may not read the log may not check it", async () => {
  const builder = actingFor(system, await createActor(system, { role: "builder" }));
  await expect(verifyAuditChain(builder, {})).rejects.toMatchObject({ code: "forbidden" });
  await expect(getAuditHead(builder)).rejects.toMatchObject({ code: "forbidden" });
});
