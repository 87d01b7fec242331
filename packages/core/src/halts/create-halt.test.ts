import { randomUUID } from "node:crypto";
import type { Actor } from "@crew/core/access/actor";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createConversation } from "../conversations/create-conversation.ts";
import { sendMessage } from "../conversations/send-message.ts";
import { createCrew } from "../crews/create-crew.ts";
import { claimRuns, sweepRuns } from "../runs/execute/worker-leases.ts";
import { startRun } from "../runs/start-run.ts";
import { createHalt } from "./create-halt.ts";
import { deleteHalt } from "./delete-halt.ts";
import { haltInstallation, installationHalt, liftInstallationHalt } from "./halt-installation.ts";
import { listHalts } from "./list-halts.ts";

let system: TestSystem;
let actor: Actor;
let crewId: string;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());
beforeEach(async () => {
  await system.pool.query("DELETE FROM runs");
  actor = await createActor(system);
  crewId = (await createCrew(ctx(), buildCrew())).id;
});

const ctx = (who = actor) => ({ ...system, actor: who });
const start = () => startRun(ctx(), crewId, { inputs: { topic: "tides" }, documents: [] });

test("a halt stops what runs, keeps what waits, refuses what starts and says who, why and since when", async () => {
  const running = await start();
  expect(await claimRuns(system, randomUUID(), 1)).toHaveLength(1);
  const waiting = await start();
  const told: string[] = [];
  const stop = await system.notifications.listen("crew_cancel", (runId) => told.push(runId));
  const halt = await createHalt(ctx(), { scope: "crew", crewId, reason: "It writes to everybody" });
  expect(halt).toMatchObject({ scope: "crew", crewId, by: "Ada", stopping: 1 });
  await expect.poll(() => told.length).toBe(1);
  await stop();
  await expect(start()).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringMatching(/This crew is halted: "It writes to everybody" \(Ada, since .+Z\)/),
  });
  const { rows } = await system.pool.query("SELECT state, cancel_requested_by FROM runs ORDER BY id");
  expect(rows).toEqual([
    { state: "running", cancel_requested_by: "Ada" },
    { state: "queued", cancel_requested_by: null },
  ]);
  expect((await listHalts(ctx())).data.map(({ id }) => id)).toEqual([halt.id]);
  await deleteHalt(ctx(), halt.id);
  expect((await claimRuns(system, randomUUID(), 8)).map(({ run }) => run.id)).toEqual([waiting.id]);
  expect(running.id).not.toBe(waiting.id);
  expect(await readAudit(system, actor.workspaceId)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ action: "halt.created", subject: halt.id }),
      expect.objectContaining({ action: "halt.lifted", subject: halt.id }),
    ]),
  );
});

test("a halt of the workspace refuses chats too, and a run that was claimed in that moment is told by the next sweep", async () => {
  await start();
  await createHalt(ctx(), { scope: "workspace", crewId: null, reason: "Stop" });
  const { id } = await createConversation(ctx(), { title: "Hello", model: "demo/extractive" });
  const sent = sendMessage(ctx(), id, { clientMessageId: "m1", content: "Hello", attachments: [] });
  await expect(sent).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("The workspace is halted") });
  await system.pool.query("UPDATE runs SET state = 'running', lease_owner = $1, lease_until = now() + interval '1 minute'", [randomUUID()]);
  // A worker that the database knows, so that the run counts as held.
  await system.pool.query(
    "INSERT INTO workers (id, lock_key, host, pid, capacity, started_at, heartbeat_at) SELECT lease_owner, 1, 'h', 1, 1, now(), now() FROM runs",
  );
  await using _lock = await system.locks.hold(1_668_444_519, 1);
  expect(await sweepRuns(system)).toMatchObject({ halted: 1, lost: 0 });
});

test("the operator's halt holds for every workspace, and only the operator lifts it", async () => {
  await start();
  const halt = await haltInstallation(system, "The provider is on fire");
  await expect(start()).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("This installation is halted") });
  expect(await claimRuns(system, randomUUID(), 8)).toEqual([]);
  expect((await listHalts(ctx())).data).toMatchObject([{ scope: "installation", reason: "The provider is on fire", by: "the operator" }]);
  await expect(deleteHalt(ctx(), halt.id)).rejects.toMatchObject({ code: "not_found" });
  await expect(haltInstallation(system, "Again")).rejects.toMatchObject({ code: "conflict" });
  expect(await installationHalt(system)).toMatchObject({ id: halt.id });
  await liftInstallationHalt(system);
  expect(await installationHalt(system)).toBeUndefined();
  expect(await claimRuns(system, randomUUID(), 8)).toHaveLength(1);
});

test("refuses a second halt of a scope, another's crew, and who may not", async () => {
  await createHalt(ctx(), { scope: "crew", crewId, reason: "Once" });
  await expect(createHalt(ctx(), { scope: "crew", crewId, reason: "Twice" })).rejects.toMatchObject({ code: "conflict" });
  const stranger = await createActor(system);
  await expect(createHalt(ctx(stranger), { scope: "crew", crewId, reason: "Mine" })).rejects.toMatchObject({ code: "not_found" });
  const viewer = await createActor(system, { role: "viewer", workspaceId: actor.workspaceId });
  const halt = createHalt(ctx(viewer), { scope: "workspace", crewId: null, reason: "No" });
  await expect(halt).rejects.toMatchObject({ code: "forbidden" });
});
