import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stillRunning } from "@crew/testing/process-family";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import { describe, expect, test, vi } from "vitest";
import { InstallationProcess, type StartOptions } from "./installation-process.ts";

// Whole platforms are started, some of them several times, which a busy machine does slowly.
vi.setConfig({ testTimeout: 120_000 });

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const isRoot = process.getuid?.() === 0;
const canMount = isRoot && spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;
if (!canMount) console.warn("SKIPPED: a full disk (a small file system can only be mounted as root)");

/** Starts a platform, and ends it with the test whatever happens. */
function begin(options: StartOptions): InstallationProcess & AsyncDisposable {
  const installation = new InstallationProcess(options);
  return Object.assign(installation, {
    async [Symbol.asyncDispose]() {
      if (installation.child.exitCode === null && installation.child.signalCode === null) await installation.stop("SIGKILL");
      await untilGone(installation);
    },
  });
}

async function untilGone(installation: InstallationProcess, pids = installation.family()): Promise<number[]> {
  for (const end = Date.now() + 5_000; Date.now() < end && stillRunning(pids).length > 0; ) await wait(50);
  return stillRunning(pids);
}

/** It ends by itself, with a failure, and all it says is one line without a stack. */
async function refusal(options: StartOptions): Promise<string> {
  await using installation = begin(options);
  const startedAt = performance.now();
  expect(await installation.exitCode()).toBe(1);
  console.log(`refused after ${Math.round(performance.now() - startedAt)} ms: ${installation.stderr.trim()}`);
  expect(installation.stdout).toBe("");
  expect(installation.stderr.trim().split("\n")).toHaveLength(1);
  return installation.stderr;
}

async function status(origin: string, headers: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(origin, { headers, agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  })
    .on("error", reject)
    .end();
  return promise;
}

async function signIn(installation: InstallationProcess): Promise<string> {
  const response = await fetch(installation.link, { redirect: "manual" });
  expect(response.status).toBe(302);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

describe("a good start", () => {
  test("says at most six lines, answers to every name of the machine, and signs in with a link that works once", async () => {
    using dataDir = temporaryDataDir();
    await using installation = begin({ dataDir: dataDir.path });
    await installation.ready();
    expect(installation.stdout.trimEnd().split("\n").length).toBeLessThanOrEqual(4);
    expect(installation.stderr).toBe("");
    const { port } = new URL(installation.origin);
    for (const name of ["localhost", "127.0.0.1", "[::1]"]) expect(await status(`http://${name}:${port}/healthz`, {})).toBe(200);
    for (const headers of [{ host: "rebound.example" }, { origin: "https://evil.example" }] as Record<string, string>[])
      for (const address of ["/", "/v1/installation", "/healthz", "/start"])
        expect(await status(`${installation.origin}${address}`, headers)).toBe(403);
    const cookie = await signIn(installation);
    const me = await fetch(`${installation.origin}/v1/me`, { headers: { cookie } });
    expect(await me.json()).toMatchObject({ isLocalOwner: true });
    expect((await fetch(installation.link, { redirect: "manual" })).status).toBe(410);
    const link = execFileSync(process.execPath, [path("../apps/embedded/src/print-link.ts")], {
      env: { ...process.env, CREW_DATA_DIR: dataDir.path },
      encoding: "utf8",
    });
    expect((await fetch(link.trim(), { redirect: "manual" })).status).toBe(302);
    const family = installation.family();
    expect(await installation.stop("SIGINT")).toBe(0);
    expect(stillRunning(family)).toEqual([]);
  });

  test("is found again: the second start has the same owner, and a link of its own", async () => {
    using dataDir = temporaryDataDir();
    const owners: unknown[] = [];
    for (const _start of [1, 2]) {
      await using installation = begin({ dataDir: dataDir.path });
      const startedAt = performance.now();
      await installation.ready();
      console.log(`ready after ${Math.round(performance.now() - startedAt)} ms`);
      const me = await fetch(`${installation.origin}/v1/me`, { headers: { cookie: await signIn(installation) } });
      owners.push(((await me.json()) as { userId: string }).userId);
      expect(await installation.stop()).toBe(0);
    }
    expect(owners[0]).toBe(owners[1]);
  });

  test("reaches a finished demo run with no connection to the outside", async () => {
    using dataDir = temporaryDataDir();
    const record = join(dataDir.path, "connections.txt");
    await using installation = begin({
      dataDir: join(dataDir.path, "data"),
      env: { RECORD_CONNECTIONS_TO: record, NODE_OPTIONS: `--import=${path("record-connections.mjs")}` },
    });
    await installation.ready();
    const headers = { cookie: await signIn(installation), origin: installation.origin, "content-type": "application/json" };
    const call = async (address: string, body?: unknown) => {
      const response = await fetch(`${installation.origin}${address}`, {
        headers,
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      });
      expect(response.ok, `${address} answered ${response.status}`).toBe(true);
      return (await response.json()) as Record<string, never>;
    };
    const { data: crews } = (await call("/v1/crews")) as unknown as { data: { id: string }[] };
    expect(crews).toHaveLength(3);
    const crew = (await call(`/v1/crews/${crews[0]?.id}`)) as unknown as { id: string; example: { inputs: object; documents: object[] } };
    let run = (await call(`/v1/crews/${crew.id}/runs`, crew.example)) as unknown as { id: string; state: string; error: unknown };
    for (const end = Date.now() + 60_000; !["succeeded", "failed", "cancelled"].includes(run.state) && Date.now() < end; await wait(100))
      run = (await call(`/v1/runs/${run.id}`)) as unknown as typeof run;
    expect(run).toMatchObject({ state: "succeeded", error: null });
    expect(await installation.stop()).toBe(0);
    expect(readFileSync(record, "utf8")).toBe("");
  });
});

describe("a process that was killed", () => {
  test("leaves nothing running, and the next start works", async () => {
    using dataDir = temporaryDataDir();
    await using first = begin({ dataDir: dataDir.path });
    await first.ready();
    const family = first.family();
    expect(family.length).toBeGreaterThan(3);
    await first.stop("SIGKILL");
    expect(await untilGone(first, family)).toEqual([]);
    await using second = begin({ dataDir: dataDir.path });
    await second.ready();
    expect(await second.stop()).toBe(0);
  });

  test("does not keep the next one waiting that starts at once", async () => {
    using dataDir = temporaryDataDir();
    await using first = begin({ dataDir: dataDir.path });
    await first.ready();
    await first.stop("SIGKILL");
    await using second = begin({ dataDir: dataDir.path });
    await second.ready();
    expect(await status(`${second.origin}/readyz`, {})).toBe(200);
  });
});

describe("where it cannot start as asked", () => {
  test("a taken port: the next free one, or one sentence when it was asked for", async () => {
    using dataDir = temporaryDataDir();
    const other = createServer().on("error", () => {});
    // Where somebody else has it, it is taken just as well.
    other.listen(3000, "127.0.0.1");
    try {
      await using installation = begin({ dataDir: dataDir.path, env: { PORT: "" } });
      await installation.ready();
      expect(Number(new URL(installation.origin).port)).toBeGreaterThan(3000);
      expect(await status(`${installation.origin}/healthz`, {})).toBe(200);
      await installation.stop();
      expect(await refusal({ dataDir: dataDir.path, env: { PORT: "3000" } })).toContain("Port 3000 is taken");
    } finally {
      other.close();
    }
  });

  test("a data folder in use: names the process and its address", async () => {
    using dataDir = temporaryDataDir();
    await using first = begin({ dataDir: dataDir.path });
    await first.ready();
    const sentence = await refusal({ dataDir: dataDir.path });
    expect(sentence).toContain(`process ${first.child.pid} at ${first.origin}`);
  });

  test("an address that others can reach: not before the owner has a password", async () => {
    using dataDir = temporaryDataDir();
    const open = { HOST: "0.0.0.0" };
    expect(await refusal({ dataDir: dataDir.path, env: open })).toContain("set CREW_ADMIN_EMAIL and CREW_ADMIN_PASSWORD");
    await using loopback = begin({ dataDir: dataDir.path });
    await loopback.ready();
    await loopback.stop();
    expect(await refusal({ dataDir: dataDir.path, env: open })).toContain("set CREW_ADMIN_EMAIL and CREW_ADMIN_PASSWORD");
    const admin = { CREW_ADMIN_EMAIL: "owner@example.org", CREW_ADMIN_PASSWORD: "a long enough password" };
    await using guarded = begin({ dataDir: dataDir.path, env: { ...admin, ...open } });
    await guarded.ready();
    expect(guarded.stdout).not.toContain("token=");
    const { port } = new URL(guarded.origin);
    const answer = await fetch(`http://127.0.0.1:${port}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: `http://127.0.0.1:${port}` },
      body: JSON.stringify({ email: admin.CREW_ADMIN_EMAIL, password: admin.CREW_ADMIN_PASSWORD }),
    });
    expect(answer.status).toBe(200);
  });

  test("a Node that is too old: one sentence", () => {
    const asOld = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.20.4"})`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", asOld, path("../scripts/start.mjs")], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe("This is Node 18.20.4, and Node 20 or newer is needed: install it from https://nodejs.org and start again.\n");
  });

  test.runIf(canMount)("a full disk: one sentence", async () => {
    using dataDir = temporaryDataDir();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m,mode=755", "crew-test", dataDir.path]);
    try {
      expect(await refusal({ dataDir: join(dataDir.path, "data") })).toMatch(/is full: \d+ MB are free/);
    } finally {
      execFileSync("umount", [dataDir.path]);
    }
  });

  test.runIf(isRoot)("a data folder where only root may go: the database is elsewhere, and the start says where", async () => {
    using dataDir = temporaryDataDir();
    chmodSync(dataDir.path, 0o700);
    await using installation = begin({ dataDir: join(dataDir.path, "data") });
    await installation.ready();
    const elsewhere = readFileSync(join(dataDir.path, "data", "postgres-location"), "utf8").trim();
    expect(elsewhere.startsWith(tmpdir())).toBe(false);
    expect(installation.stdout).toContain(elsewhere);
    expect(await installation.stop()).toBe(0);
  });
});
