import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { CreateSchedule } from "@crew/contracts/schedules";
import { decideApproval } from "@crew/core/approvals/decide-approval";
import { listApprovals } from "@crew/core/approvals/list-approvals";
import { verifyAuditChain } from "@crew/core/audit/verify-audit-chain";
import { readBackupStatus } from "@crew/core/backups/backup-status";
import { releaseRestored } from "@crew/core/backups/release-restored";
import { createCrew } from "@crew/core/crews/create-crew";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { createSchedule } from "@crew/core/schedules/create-schedule";
import { listScheduleTicks } from "@crew/core/schedules/list-schedule-ticks";
import { createSecret } from "@crew/core/secrets/create-secret";
import { createWebhook } from "@crew/core/webhooks/create-webhook";
import type { EngineTool } from "@crew/engine/tool";
import { createArchive } from "@crew/platform/backups/create-archive";
import { folderPlace, openArchiveFile } from "@crew/platform/backups/folder-place";
import { openSealedSecrets } from "@crew/platform/backups/open-sealed-secrets";
import { restoreArchive } from "@crew/platform/backups/restore-archive";
import { addressFromUrl } from "@crew/platform/database/open-pool";
import { type OpenSystem, openSystem } from "@crew/platform/open-system";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestDatabase } from "@crew/testing/open-test-database";
import { openQuestionHouse, type QuestionHouse } from "@crew/testing/question-house";
import { silentLog } from "@crew/testing/silent-log";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startWorker } from "./app.ts";

/** What the world has seen: an unsafe tool's calls, and what webhooks were sent. */
const effects: string[] = [];
const told: { type: string; data: Record<string, unknown> }[] = [];
let stack: AsyncDisposableStack;
let house: QuestionHouse;
let restored: OpenSystem;
const ids = { unsafe: "", review: "", queued: "", schedule: "" };
const CALLS_X = { entries: [{ toolCalls: [{ id: "to_x", name: "send", arguments: { to: "x" } }] }, { text: "done" }] };
let port = 0;

const send: EngineTool = {
  name: "send",
  class: "unsafe",
  description: "Sends",
  parameters: { type: "object", properties: { to: { type: "string" } }, required: ["to"], additionalProperties: false },
  async run(args) {
    effects.push(String(args.to));
    return `sent to ${args.to}`;
  },
};

async function openReceiver(): Promise<number> {
  const receiver = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    told.push(JSON.parse(body));
    response.end("taken");
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  stack.defer(() => void receiver.close());
  stack.defer(() => receiver.closeAllConnections());
  return (receiver.address() as AddressInfo).port;
}

const ticks = async (system: OpenSystem) => (await listScheduleTicks({ ...system, actor: house.ada }, ids.schedule, { limit: 10 })).data;
const asked = async (system: OpenSystem, runId: string) => {
  await untilRun(system, house.ada, runId, (run) => run.state === "waiting");
  const found = (await listApprovals({ ...system, actor: house.ada }, runId)).data.find(({ decision }) => decision === null);
  if (!found) throw new Error("the run waits without a question");
  return found;
};

/** A run whose agent has the tool; a worker that starts removes what the engine does not have. */
async function startSending(crew: Parameters<QuestionHouse["start"]>[0]): Promise<string> {
  await house.system.pool.query(
    "INSERT INTO tools (id, name, kind, class, description, parameters) VALUES ($1, 'send', 'builtin', 'unsafe', '', '{}') ON CONFLICT DO NOTHING",
    [randomUUID()],
  );
  return (await house.start(crew, { tools: ["send"] })).id;
}

/** An installation where two runs wait for people, a schedule is due and a webhook has not been told of all. */
async function prepare(): Promise<void> {
  const { system, ada } = house;
  const ctx = { ...system, actor: ada };
  await createSecret(ctx, { name: "CANARY", value: "opens after a restore", description: "", hosts: [] });
  house.fake.setScript(CALLS_X);
  ids.unsafe = await startSending({ toolApprovals: ["send"] });
  {
    await using _worker = await startWorker(system, { capacity: 2, tools: [send] });
    await house.asked(ids.unsafe);
    house.fake.setScript({ entries: [{ text: "a draft" }] });
    ids.review = (await house.start({}, { humanInput: true })).id;
    await house.asked(ids.review);
  }
  // Of the demonstration model, which takes nothing from the script.
  const crew = await createCrew(ctx, buildCrew());
  // When it is due is written into its row: by itself it must not come due in between.
  const rarely = { name: "Rarely", cron: "0 0 29 2 *", missedPolicy: "all" };
  ids.schedule = (await createSchedule(ctx, CreateSchedule.parse({ crewId: crew.id, inputs: { topic: "wind" }, ...rarely }))).id;
  await system.pool.query("UPDATE schedules SET next_at = date_trunc('minute', now()) WHERE id = $1", [uuidFromTypeId(ids.schedule)]);
  await createWebhook(ctx, { url: `http://127.0.0.1:${port}/`, events: ["run.", "crew.", "approval."], minSeverity: "info" });
  await createCrew(ctx, buildCrew({ name: "Told of once" }));
  ids.queued = await startSending({});
}

/** Saves it, lets the saved one go on, and makes another of the copy. */
async function saveGoOnAndRestore(): Promise<void> {
  const { system } = house;
  const folder = stack.use(temporaryDataDir()).path;
  const key = system.masterKeys[0];
  const address = addressFromUrl(system.databaseUrl);
  await createArchive({ address, place: folderPlace(folder), name: "a", backupId: system.newId("backup"), key });
  {
    house.fake.setScript(CALLS_X);
    await using _worker = await startWorker(system, { capacity: 2, tools: [send] });
    await house.ended(ids.queued);
    house.fake.setScript({ entries: [{ text: "done" }] });
    await house.decide(await house.asked(ids.unsafe), { decision: "approve" });
    await house.ended(ids.unsafe);
    await vi.waitFor(() => expect(told.map(({ type }) => type)).toContain("run.succeeded"), 10_000);
    await vi.waitFor(async () => expect((await ticks(system)).map(({ outcome }) => outcome)).toEqual(["started"]), 10_000);
  }
  const database = stack.use(await openTestDatabase("empty"));
  const target = addressFromUrl(database.databaseUrl);
  const source = await openArchiveFile(join(folder, "a"));
  await restoreArchive({ address: target, source, keys: [key], masterKeys: system.masterKeys, log: silentLog });
  expect(await openSealedSecrets(target, system.masterKeys)).toMatchObject({ secrets: 1 });
  restored = stack.use(await openSystem({ ...system.config, databaseUrl: database.databaseUrl }));
}

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  port = await openReceiver();
  house = stack.use(await openQuestionHouse({ config: { egressAllow: [`127.0.0.1:${port}`] } }));
  await prepare();
  await saveGoOnAndRestore();
}, 180_000);
afterAll(() => stack.disposeAsync());

test("a restored system repeats nothing that may have happened: tools, webhooks and ticks wait for people", {
  timeout: 120_000,
}, async () => {
  const before = told.length;
  expect(effects).toEqual(["x", "x"]);
  expect(told.filter(({ data }) => data.crewName === "Told of once")).toHaveLength(1);
  {
    house.fake.setScript(CALLS_X);
    await using _worker = await startWorker(restored, { capacity: 2, tools: [send] });
    const as = { ...restored, actor: house.ada };
    const lost = await asked(restored, ids.queued);
    expect([lost.kind, lost.unknownCall?.tool]).toEqual(["needs_attention", "send"]);
    house.fake.setScript({ entries: [{ text: "done" }] });
    await decideApproval(as, lost.id, { decision: "skip", feedback: "" });
    expect((await untilRun(restored, house.ada, ids.queued)).state).toBe("succeeded");
    await decideApproval(as, (await asked(restored, ids.unsafe)).id, { decision: "approve", feedback: "" });
    const question = await vi.waitFor(async () => {
      const found = await asked(restored, ids.unsafe);
      expect(found.kind).toBe("needs_attention");
      return found;
    }, 10_000);
    expect(question.message).toMatch(/^This installation was restored from a backup of \d{4}-.*: send may have been called already/);
    expect(question.unknownCall).toMatchObject({ tool: "send", arguments: { to: "x" }, startedAt: null });
    house.fake.setScript({ entries: [{ text: "done" }] });
    await decideApproval(as, question.id, { decision: "happened", feedback: "It was sent" });
    expect((await untilRun(restored, house.ada, ids.unsafe)).state).toBe("succeeded");
    await decideApproval(as, (await asked(restored, ids.review)).id, { decision: "approve", feedback: "" });
    expect((await untilRun(restored, house.ada, ids.review)).state).toBe("succeeded");
  }
  const events = (await listRunEvents({ ...restored, actor: house.ada }, ids.review, { after: 0, limit: 1000 })).data;
  expect(events.filter(({ type }) => type === "human_feedback_received")).toHaveLength(1);
  expect(events.filter(({ type }) => type === "crew_kickoff_completed")).toHaveLength(1);
  expect(effects).toEqual(["x", "x"]);
  expect(told.slice(before)).toEqual([]);
  expect((await ticks(restored)).find(({ why }) => why?.startsWith("Restored from a backup of"))).toMatchObject({
    outcome: "missed",
    runId: null,
  });
});

test("its state says what is held; released, what may have been sent before is dropped with a note, and the rest goes", {
  timeout: 120_000,
}, async () => {
  const status = await readBackupStatus(restored);
  expect(status.restored).toMatchObject({ releasedAt: null });
  expect(status.restored?.heldDeliveries).toBeGreaterThan(1);
  const before = told.length;
  await createCrew({ ...restored, actor: house.ada }, buildCrew({ name: "New here" }));
  await using _worker = await startWorker(restored, { capacity: 2, tools: [send] });
  await vi.waitFor(async () => {
    const { rows } = await restored.pool.query("SELECT count(*)::int AS waiting FROM outbox_events WHERE dispatched_at IS NULL");
    expect(rows).toEqual([{ waiting: 0 }]);
  }, 10_000);
  expect(told.slice(before)).toEqual([]);
  const { dropped } = await releaseRestored(restored, { dropDeliveries: true });
  expect(dropped).toBeGreaterThan(1);
  await vi.waitFor(() => expect(told.slice(before).map(({ data }) => data.crewName)).toContain("New here"), 10_000);
  expect(told.slice(before).filter(({ data }) => data.crewName === "Told of once" || data.runId === ids.unsafe)).toEqual([]);
  const { rows } = await restored.pool.query("SELECT DISTINCT error FROM webhook_deliveries WHERE state = 'failed'");
  expect(rows).toEqual([{ error: "Dropped by the operator after a restore: it may have been sent before." }]);
  expect((await readBackupStatus(restored)).restored).toMatchObject({ heldDeliveries: 0, releasedAt: expect.any(String) });
  await expect(releaseRestored(restored, { dropDeliveries: false })).rejects.toThrow("Nothing is held");
});

test("the log of each workspace goes on where the backup ended, and tells of the restore; nobody is signed in", {
  timeout: 120_000,
}, async () => {
  const as = { ...restored, actor: house.ada };
  expect(await verifyAuditChain(as, {})).toMatchObject({ intact: true });
  const { rows } = await restored.pool.query("SELECT detail FROM audit_events WHERE action = 'installation.restored'");
  expect(rows[0].detail).toMatchObject({ backupId: expect.stringMatching(/^backup_/), snapshotAt: expect.any(String) });
  const { rows: sessions } = await restored.pool.query("SELECT FROM sessions");
  expect(sessions).toEqual([]);
});
