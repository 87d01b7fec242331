import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { decideApproval } from "@crew/core/approvals/decide-approval";
import { listApprovals } from "@crew/core/approvals/list-approvals";
import { readBackupStatus } from "@crew/core/backups/backup-status";
import { physicalGauges } from "@crew/core/backups/physical-gauges";
import { createCrew } from "@crew/core/crews/create-crew";
import type { GaugeSample } from "@crew/core/metrics";
import { createWebhook } from "@crew/core/webhooks/create-webhook";
import type { EngineTool } from "@crew/engine/tool";
import { migrate } from "@crew/platform/database/migrate";
import { addressFromUrl } from "@crew/platform/database/open-pool";
import { type OpenSystem, openSystem } from "@crew/platform/open-system";
import { openBossQueue } from "@crew/platform/queue/boss-queue";
import { buildCrew } from "@crew/testing/build-crew";
import { openQuestionHouse, type QuestionHouse } from "@crew/testing/question-house";
import { silentLog } from "@crew/testing/silent-log";
import { spawnProcess } from "@crew/testing/spawn-process";
import { untilRun } from "@crew/testing/until-run";
import { startWorker } from "@crew/worker/app";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { bin, openPhysicalPlace, type PhysicalPlace } from "../deploy/backup/physical-place.ts";

/** An installation on a server that archives its WAL: what is told of that, and how it comes back to a moment. */

const why = "no PostgreSQL with pg_basebackup under /usr/lib/postgresql: install the server's package to run this";
if (!bin) console.warn(`the recovery of an installation is not tested: ${why}`);

const CALLS_X = { entries: [{ toolCalls: [{ id: "to_x", name: "send", arguments: { to: "x" } }] }, { text: "done" }] };
const DONE = { entries: [{ text: "done" }] };
const PATIENCE = { timeout: 20_000 };

describe.skipIf(!bin)(bin ? "an installation on its own files" : `an installation on its own files (${why})`, () => {
  const stack = new AsyncDisposableStack();
  /** What the world has seen: an unsafe tool's calls, and what a webhook was sent. */
  const effects: string[] = [];
  const told: { id: string; crewName: unknown }[] = [];
  let isTaking = false;
  let place: PhysicalPlace;
  let house: QuestionHouse;

  const send: EngineTool = {
    name: "send",
    class: "unsafe",
    description: "Sends",
    parameters: { type: "object", properties: { to: { type: "string" } }, required: ["to"], additionalProperties: false },
    async run(args) {
      effects.push(String(args.to));
      return "sent";
    },
  };

  async function openReceiver(): Promise<number> {
    const receiver = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      if (!isTaking) return response.writeHead(503).end();
      told.push({ id: String(request.headers["webhook-id"]), crewName: JSON.parse(body).data.crewName });
      response.end("taken");
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    stack.defer(() => void receiver.close());
    stack.defer(() => receiver.closeAllConnections());
    return (receiver.address() as AddressInfo).port;
  }

  /** By its socket; as the owner of the database, who is no superuser. */
  const urlOf = (port: number) => `postgres://platform@localhost/crew?host=${encodeURIComponent(place.path)}&port=${port}`;
  const bases = () => readdirSync(join(place.archive, "base")).filter((name) => name.endsWith("Z"));
  const worker = (system: OpenSystem) => startWorker(system, { capacity: 2, tools: [send] });
  const physical = async (system: OpenSystem = house.system) => (await readBackupStatus(system)).physical;
  const serve = (env: Record<string, string> = {}) =>
    place.begin("base-backup.sh", ["serve"], {
      CREW_BACKUP_LOOK_SECONDS: "0.2",
      CREW_BACKUP_DATABASE: "crew",
      ...env,
    });
  const momentOf = (base: string) => base.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, "$1-$2-$3T$4:$5:$6.000Z");
  const isDue = () => {
    const yesterday = new Date(Date.now() - 24 * 3_600_000);
    for (const name of bases()) utimesSync(join(place.archive, "base", name), yesterday, yesterday);
  };
  /** The file in which the server writes is full by decree. */
  function switchWal(): string {
    const name = place.sql("SELECT pg_walfile_name(pg_current_wal_lsn())");
    place.sql("SELECT pg_switch_wal()");
    return name;
  }

  async function readGauges(system: OpenSystem): Promise<Record<string, number | undefined>> {
    const reads = new Map<string, () => GaugeSample[] | Promise<GaugeSample[]>>();
    physicalGauges({ db: system.db, metrics: { count() {}, observe() {}, gauge: (name, read) => reads.set(name, read) } });
    return Object.fromEntries(await Promise.all([...reads].map(async ([name, read]) => [name, (await read())[0]?.value] as const)));
  }

  async function crew(port: number, words: string[]): Promise<[number | null, string]> {
    const child = spawnProcess("packages/platform/src/backups/backup-main.ts", {
      scriptArgs: words,
      env: {
        DATABASE_URL: urlOf(port),
        // Needed by the configuration, asked by none of these commands.
        REDIS_URL: "redis://127.0.0.1:1",
        CREW_AUTH_SECRET: house.system.config.secrets?.authSecret ?? "",
        CREW_MASTER_KEY: house.system.masterKeys[0].toString("base64"),
      },
    });
    return [await child.exited, child.output().trim()];
  }

  async function asked(system: OpenSystem, runId: string, kind: string) {
    return vi.waitFor(async () => {
      await untilRun(system, house.ada, runId, (run) => run.state === "waiting");
      const found = (await listApprovals({ ...system, actor: house.ada }, runId)).data.find(({ decision }) => decision === null);
      expect(found?.kind).toBe(kind);
      return found as NonNullable<typeof found>;
    }, PATIENCE);
  }

  beforeAll(async () => {
    place = stack.use(openPhysicalPlace());
    place.start("data");
    // As the stack makes it.
    place.sql("CREATE ROLE platform LOGIN NOSUPERUSER NOBYPASSRLS CREATEROLE CREATEDB");
    place.sql("CREATE DATABASE crew OWNER platform");
    const address = addressFromUrl(urlOf(5432));
    await migrate(address);
    await (await openBossQueue({ address, log: silentLog, migrate: true }))[Symbol.asyncDispose]();
    const port = await openReceiver();
    house = stack.use(await openQuestionHouse({ config: { databaseUrl: urlOf(5432), egressAllow: [`127.0.0.1:${port}`] } }));
    const ctx = { ...house.system, actor: house.ada };
    await createWebhook(ctx, { url: `http://127.0.0.1:${port}/`, events: ["crew."], minSeverity: "info" });
  }, 60_000);
  afterAll(() => stack.disposeAsync());

  test("figures and status say that a base is whole, which one is not, and that WAL does not come into the archive", async () => {
    expect(await physical()).toMatchObject({ lastBaseAt: null, isLate: true, problem: null });
    expect(await readGauges(house.system)).toMatchObject({ base_backup_age_seconds: undefined, base_backup_failing: undefined });
    let serving = serve();
    await expect
      .poll(() => physical(), PATIENCE)
      .toMatchObject({ lastBaseAt: expect.any(String), isLate: false, problem: null, failedWal: null });
    const { base_backup_age_seconds, ...figures } = await readGauges(house.system);
    expect(base_backup_age_seconds).toBeLessThan(60);
    expect(figures).toEqual({
      base_backup_failing: 0,
      wal_archive_age_seconds: expect.any(Number),
      wal_archive_waiting_bytes: expect.any(Number),
    });
    expect(figures.wal_archive_waiting_bytes).toBeLessThan(100 * place.segmentBytes);

    serving.end();

    // It is damaged, the next is due, and the archive takes nothing.
    const [first = ""] = bases();
    const spoilt = join(place.archive, "base", first, "PG_VERSION");
    const [byte = 0] = readFileSync(spoilt);
    const flip = (to: number) => {
      const file = openSync(spoilt, "r+");
      writeSync(file, Buffer.from([to]), 0, 1, 0);
      closeSync(file);
    };
    flip(byte ^ 1);
    const wal = join(place.archive, "wal");
    renameSync(wal, `${wal}-away`);
    writeFileSync(wal, "");
    isDue();
    serving = serve({ CREW_BACKUP_WAIT_SECONDS: "1" });
    await expect.poll(async () => (await physical())?.problem, PATIENCE).toContain("has not come into");
    const second = bases().at(-1) ?? "";
    expect(second).not.toBe(first);
    await expect
      .poll(() => physical(), PATIENCE)
      .toMatchObject({
        lastBaseAt: momentOf(first),
        problem: expect.stringContaining(`${second} is there, but its WAL`),
        failedWal: expect.stringMatching(/^[0-9A-F]{24}/),
      });
    await expect
      .poll(() => serving.said(), PATIENCE)
      .toContain(`${second} is kept, and so are all before it, but its WAL has not come; the next look for it is in 0.2 s`);
    serving.end();
    expect(place.script("base-backup.sh", ["verify", second])).toMatchObject({
      code: 1,
      err: expect.stringContaining(`the WAL of ${second} is not in`),
    });

    // Who begins anew knows it, and looks at all as soon as it has come.
    rmSync(wal);
    renameSync(`${wal}-away`, wal);
    switchWal();
    serving = serve();
    await expect
      .poll(() => physical(), PATIENCE)
      .toMatchObject({
        lastBaseAt: momentOf(second),
        problem: expect.stringContaining(`${first} is damaged: `),
        failedWal: null,
        isLate: false,
      });
    await expect
      .poll(() => serving.said(), PATIENCE)
      .toContain(`none was removed for that; all are checked again with the next one, a day after ${second}`);
    serving.end();
    expect(serving.said()).toContain(`those that are: ${second}`);
    expect((await physical())?.problem).toContain('"PG_VERSION"');
    expect(await readGauges(house.system)).toMatchObject({ base_backup_failing: 1 });
    expect(bases()).toEqual([first, second]);
    flip(byte);
    place.must(place.script("base-backup.sh", ["verify"], { CREW_BACKUP_DATABASE: "crew" }));
    expect(await physical()).toMatchObject({ problem: null });
  }, 120_000);

  test("where no base can be taken it is said why, what is kept and when it is tried again", async () => {
    // Who may write how it stands, and may take none.
    place.sql("CREATE ROLE teller LOGIN IN ROLE crew_system");
    const before = await physical();
    const kept = bases().join(" ");
    isDue();
    const serving = serve({ PGUSER: "teller", CREW_BACKUP_LOOK_SECONDS: "30" });
    await expect
      .poll(() => serving.said(), PATIENCE)
      .toContain(`no base backup was taken, see above; kept: ${kept}; the next try is in 30 s`);
    serving.end();
    expect(await physical()).toMatchObject({
      lastBaseAt: before?.lastBaseAt,
      problem: expect.stringMatching(/^the last base backup failed: .*walsender/),
    });
  }, 60_000);

  test("recovered to a moment it repeats nothing that may have happened since, until it is released; then it goes on", async () => {
    const { system, ada } = house;
    house.fake.setScript(CALLS_X);
    await system.pool.query(
      "INSERT INTO tools (id, name, kind, class, description, parameters) VALUES ($1, 'send', 'builtin', 'unsafe', '', '{}')",
      [randomUUID()],
    );
    const { id } = await house.start({ toolApprovals: ["send"] }, { tools: ["send"] });
    await createCrew({ ...system, actor: ada }, buildCrew({ name: "Told of once" }));
    {
      await using _worker = await worker(system);
      await asked(system, id, "tool_call");
      await vi.waitFor(async () => {
        const { rows } = await system.pool.query(
          "SELECT count(*)::int AS pending, max(attempts) > 0 AS tried FROM webhook_deliveries WHERE state = 'pending'",
        );
        expect(rows).toEqual([{ pending: 2, tried: true }]);
      }, PATIENCE);
    }
    const moment = place.sql(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);

    // It goes on, and does what the recovered one will know nothing of.
    isTaking = true;
    await system.pool.query("UPDATE webhook_deliveries SET next_attempt_at = now() WHERE state = 'pending'");
    {
      await using _worker = await worker(system);
      await house.decide(await asked(system, id, "tool_call"), { decision: "approve" });
      expect((await house.ended(id)).state).toBe("succeeded");
      await vi.waitFor(() => expect(told.map(({ crewName }) => crewName)).toContain("Told of once"), PATIENCE);
    }
    expect(effects).toEqual(["x"]);
    const last = switchWal();
    await expect.poll(() => existsSync(join(place.archive, "wal", `${last}.gz`)), PATIENCE).toBe(true);

    // As docs/deployment.md says it.
    place.must(place.script("recover-to.sh", [moment, "recovered"]));
    place.stop("data");
    place.start("recovered", 5433);
    const [code, said] = await crew(5433, ["recovered", moment]);
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(/^1 runs had not ended: [\s\S]*\(2 deliveries wait\) until you say: crew backup release/),
    ]);
    await using restored = await openSystem({ ...system.config, databaseUrl: urlOf(5433) });
    const as = { ...restored, actor: ada };

    // The newest is from today, and leads to the former timeline alone.
    const former = bases();
    utimesSync(join(place.archive, "base", former.at(-1) ?? ""), new Date(), new Date());
    expect(await physical(restored)).toMatchObject({ lastBaseAt: null, isLate: true });
    const serving = serve({ PGPORT: "5433" });
    await expect.poll(() => physical(restored), PATIENCE).toMatchObject({ lastBaseAt: expect.any(String), isLate: false, problem: null });
    serving.end();
    expect(bases().slice(0, -1)).toEqual(former);
    expect(readFileSync(join(place.archive, "base", bases().at(-1) ?? "", "backup_label"), "utf8")).toContain("START TIMELINE: 2");

    const before = told.length;
    await using _worker = await worker(restored);
    house.fake.setScript(DONE);
    await decideApproval(as, (await asked(restored, id, "tool_call")).id, { decision: "approve", feedback: "" });
    const question = await asked(restored, id, "needs_attention");
    expect(question.unknownCall).toMatchObject({ tool: "send", arguments: { to: "x" }, startedAt: null });
    await createCrew(as, buildCrew({ name: "New here" }));
    await vi.waitFor(async () => {
      const { rows } = await restored.pool.query("SELECT count(*)::int AS waiting FROM outbox_events WHERE dispatched_at IS NULL");
      expect(rows).toEqual([{ waiting: 0 }]);
    }, PATIENCE);
    await decideApproval(as, question.id, { decision: "happened", feedback: "It was sent" });
    expect((await untilRun(restored, ada, id)).state).toBe("succeeded");
    expect([effects, told.slice(before)]).toEqual([["x"], []]);

    expect(await crew(5433, ["release"])).toEqual([0, "Released: 3 deliveries are sent, 0 were dropped."]);
    await vi.waitFor(() => expect(told.slice(before)).toHaveLength(3), PATIENCE);
    // Under the id that it had, by which a receiver knows it.
    const [once, again] = told.filter(({ crewName }) => crewName === "Told of once");
    expect(again).toEqual(once);
    expect(told.slice(before).map(({ crewName }) => crewName)).toContain("New here");
    expect((await readBackupStatus(restored)).restored).toMatchObject({ heldDeliveries: 0, releasedAt: expect.any(String) });
  }, 120_000);
});
