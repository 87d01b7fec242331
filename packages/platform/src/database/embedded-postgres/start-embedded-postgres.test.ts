import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type ClusterFolder, clusterFolder } from "./cluster-folder.ts";
import { folderUser, lockFolder } from "./folder-lock.ts";
import { freePort } from "./free-port.ts";
import { isRunning, processesIn } from "./process-table.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./start-embedded-postgres.ts";
import { StartupProblem } from "./startup-problem.ts";

// Each makes a database of its own, which a busy machine does slowly.
vi.setConfig({ testTimeout: 60_000 });

const isRoot = process.getuid?.() === 0;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "crew-pg-"));
  // As root the database belongs to somebody else, who has to come by here.
  chmodSync(folder, 0o755);
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(dataDir: string, options: { tcpPort?: number } = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log, ...options });
  let isStopped = false;
  const stop = server[Symbol.asyncDispose].bind(server);
  server[Symbol.asyncDispose] = async () => {
    if (!isStopped) await stop();
    isStopped = true;
  };
  cleanups.push(() => server[Symbol.asyncDispose]());
  return server;
}

async function query(server: EmbeddedPostgres, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(server.connection);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function startChild(dataDir: string): Promise<{ child: ChildProcess; serverPid: number }> {
  const path = fileURLToPath(new URL("start-embedded-postgres-child.ts", import.meta.url));
  const child = spawn(process.execPath, [path, dataDir], { stdio: ["ignore", "pipe", "inherit"] });
  cleanups.push(() => child.kill("SIGKILL"));
  const [line] = await once(child.stdout, "data");
  return { child, serverPid: JSON.parse(String(line)).serverPid };
}

async function eventually(isTrue: () => boolean, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end; await wait(25)) if (isTrue()) return true;
  return isTrue();
}

describe("a server of our own", () => {
  test("keeps what was written over a stop and a start, on a socket alone, with every commit on disk", async () => {
    const dataDir = temporaryFolder();
    const first = await start(dataDir);
    await query(first, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('Grüße')");
    const [settings] = await query(
      first,
      "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS sync, current_setting('listen_addresses') AS listen, current_setting('jit') AS jit, lower('GRÜSSE') AS lower",
    );
    expect(settings).toEqual({ fsync: "on", sync: "on", listen: "", jit: "off", lower: "grüsse" });
    const { serverPid } = first;
    await first[Symbol.asyncDispose]();
    expect(isRunning(serverPid)).toBe(false);
    expect(await query(await start(dataDir), "SELECT word FROM kept")).toEqual([{ word: "Grüße" }]);
  });

  test("listens on loopback with a password when a port is asked for", async () => {
    const server = await start(temporaryFolder(), { tcpPort: await freePort() });
    expect(server.connection.host).toBe("127.0.0.1");
    expect(await query(server, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    const stranger = new pg.Client({ ...server.connection, password: "guess" });
    await expect(stranger.connect()).rejects.toThrow(/password authentication failed/);
  });

  test("is started again when it dies by itself", async () => {
    const server = await start(temporaryFolder());
    const { serverPid } = server;
    process.kill(serverPid, "SIGKILL");
    expect(await eventually(() => server.serverPid > 0 && server.serverPid !== serverPid, 15_000)).toBe(true);
    for (let attempt = 0; ; attempt++) {
      try {
        expect(await query(server, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
        break;
      } catch (error) {
        if (attempt === 100) throw error;
        await wait(50);
      }
    }
  });

  test("finds a short place for its socket when the data folder's path is long", async () => {
    const dataDir = join(temporaryFolder(), "a-long-name-".repeat(8), "data");
    const server = await start(dataDir);
    expect(server.clusterPath.startsWith(dataDir)).toBe(true);
    expect(Buffer.byteLength(join(String(server.connection.host), ".s.PGSQL.5432"))).toBeLessThan(104);
    expect(statSync(String(server.connection.host)).mode & 0o077).toBe(0);
    expect(await query(server, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    rmSync(String(server.connection.host), { recursive: true, force: true });
  });

  test("does not take a half-made database for a database", async () => {
    const dataDir = temporaryFolder();
    mkdirSync(join(dataDir, "postgres", "data.new", "base"), { recursive: true });
    const server = await start(dataDir);
    expect(await query(server, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(existsSync(join(dataDir, "postgres", "data.new"))).toBe(false);
  });

  test("refuses a database of another PostgreSQL with one sentence", async () => {
    const dataDir = temporaryFolder();
    mkdirSync(join(dataDir, "postgres", "data"), { recursive: true });
    writeFileSync(join(dataDir, "postgres", "data", "PG_VERSION"), "17\n");
    await expect(start(dataDir)).rejects.toThrow(/was made by PostgreSQL 17/);
    expect(folderUser(dataDir)).toBeUndefined();
  });
});

describe("a process that was killed", () => {
  test("leaves no server behind, and what it had committed", async () => {
    const dataDir = temporaryFolder();
    const { child, serverPid } = await startChild(dataDir);
    const data = realpathSync(join(dataDir, "postgres", "data"));
    const other = new pg.Client({ host: join(dataDir, "postgres", "run"), user: "crew", database: "crew" });
    other.on("error", () => {});
    await other.connect();
    await other.query("CREATE TABLE kept AS SELECT 7 AS seven");
    child.kill("SIGKILL");
    expect(await eventually(() => !isRunning(serverPid) && processesIn(data).length === 0, 5_000)).toBe(true);
    expect(await query(await start(dataDir), "SELECT seven FROM kept")).toEqual([{ seven: 7 }]);
  });

  test("is followed at once by a start, though its server still runs and nothing watches it", async () => {
    const dataDir = temporaryFolder();
    const { child, serverPid } = await startChild(dataDir);
    const watcher = Number(execFileSync("ps", ["-o", "ppid=", "-p", String(serverPid)], { encoding: "utf8" }));
    const watchers = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" })
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, parent, command]) => Number(parent) === watcher && command === "/bin/sh")
      .map(([pid]) => Number(pid));
    expect(watchers.length).toBeGreaterThan(0);
    for (const pid of [...watchers, watcher]) process.kill(pid, "SIGKILL");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isRunning(serverPid)).toBe(true);
    const next = await start(dataDir);
    expect(isRunning(serverPid)).toBe(false);
    expect(await query(next, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("may leave a server file with a number that now belongs to somebody else", async () => {
    const dataDir = temporaryFolder();
    await (await start(dataDir))[Symbol.asyncDispose]();
    // A live process that the server may signal: the one check that PostgreSQL makes itself would refuse to start.
    const bystander = spawn("sleep", ["60"], isRoot ? { uid: statSync(join(dataDir, "postgres", "data")).uid } : {});
    cleanups.push(() => bystander.kill());
    const path = join(dataDir, "postgres", "data", "postmaster.pid");
    writeFileSync(path, `${bystander.pid}\n${join(dataDir, "postgres", "data")}\n1\n5432\n\n\n\nready   \n`);
    const server = await start(dataDir);
    expect(await query(server, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(bystander.exitCode).toBeNull();
  });
});

describe("the data folder", () => {
  test("is refused to a second process, with the first one's number and address", async () => {
    const dataDir = temporaryFolder();
    const { child } = await startChild(dataDir);
    const refusal = await start(dataDir).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(StartupProblem);
    expect((refusal as Error).message).toContain(`process ${child.pid}`);
  });

  test("names the address once it was announced, and is free again afterwards", () => {
    const dataDir = temporaryFolder();
    const lock = lockFolder(dataDir);
    lock.announce({ address: "http://localhost:3000" });
    expect(() => lockFolder(dataDir)).toThrow(`process ${process.pid} at http://localhost:3000`);
    lock[Symbol.dispose]();
    lockFolder(dataDir)[Symbol.dispose]();
  });

  test("is taken over from a dead process, and from a live one that got its number", () => {
    const dataDir = temporaryFolder();
    const lock = lockFolder(dataDir);
    const mine = JSON.parse(readFileSync(join(dataDir, "lock.json"), "utf8"));
    lock[Symbol.dispose]();
    for (const stale of [{ ...mine, pid: 4_194_000 }, { ...mine, pid: process.ppid, startMark: "1" }, "cut sho"]) {
      writeFileSync(join(dataDir, "lock.json"), typeof stale === "string" ? stale : JSON.stringify(stale));
      lockFolder(dataDir)[Symbol.dispose]();
    }
  });

  test("of another host is in use as long as its lock is touched", () => {
    const dataDir = temporaryFolder();
    const path = join(dataDir, "lock.json");
    writeFileSync(path, JSON.stringify({ pid: 1, host: "another", startMark: "1", address: null, database: null }));
    expect(() => lockFolder(dataDir)).toThrow("process 1 on another");
    execFileSync("touch", ["-d", "1 minute ago", path]);
    lockFolder(dataDir)[Symbol.dispose]();
  });
});

describe.skipIf(!isRoot)("started as root (skipped: these tests do not run as root)", () => {
  test("runs as an unprivileged user", async () => {
    const server = await start(temporaryFolder());
    const user = execFileSync("ps", ["-o", "user=", "-p", String(server.serverPid)], { encoding: "utf8" }).trim();
    expect(user).toBe("nobody");
  });

  test("puts the database elsewhere when that user may not enter the data folder, and finds it again", async () => {
    const closed = temporaryFolder();
    chmodSync(closed, 0o700);
    const roots = temporaryFolder();
    chmodSync(roots, 0o755);
    const dataDir = join(closed, "data");
    mkdirSync(dataDir);
    const chosen: ClusterFolder = clusterFolder(dataDir, [join(closed, "no"), roots]);
    expect(chosen).toMatchObject({ isElsewhere: true, account: { uid: expect.any(Number) } });
    expect(chosen.path.startsWith(roots)).toBe(true);
    const server = await start(dataDir);
    expect(server.clusterPath).toBe(chosen.path);
    expect(await query(server, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await server[Symbol.asyncDispose]();
    rmSync(chosen.path, { recursive: true });
    await expect(start(dataDir)).rejects.toThrow(/which is gone/);
  });

  test("tells a full disk in one sentence", async () => {
    const mount = temporaryFolder();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=60m,mode=755", "crew-test", mount]);
    cleanups.push(() => execFileSync("umount", [mount]));
    await expect(start(join(mount, "data"))).rejects.toThrow(/^The disk that holds .* is full: \d+ MB are free/);
  });
});
