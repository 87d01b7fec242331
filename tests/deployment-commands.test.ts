import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@crew/platform/database/embedded-postgres/free-port";
import { startEmbeddedPostgres } from "@crew/platform/database/embedded-postgres/start-embedded-postgres";
import { joinInstallation } from "@crew/testing/join-installation";
import { silentLog } from "@crew/testing/silent-log";
import { endWithTests } from "@crew/testing/spawn-process";
import { redisIsMissing, startTestRedis } from "@crew/testing/start-test-redis";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import pg from "pg";
import { expect, test } from "vitest";
import { blocksToRun } from "./document-blocks.ts";
import { read, root } from "./source-tree.ts";

const blocks = blocksToRun("docs/deployment.md", "deployment-commands");
const unused = new Set(blocks);

/** The block that has this in it, as it stands in the document. */
function block(part: string): string {
  const found = blocks.filter(({ text }) => text.includes(part));
  expect(found, `one block of docs/deployment.md with ${part}`).toHaveLength(1);
  for (const one of found) unused.delete(one);
  return found[0]?.text ?? "";
}

type Environment = Record<string, string | undefined>;
const MARK = "== environment ==";

/** A bash of its own group, in the repository. What it starts in the background ends with it. */
function bash(script: string, env: Environment): { child: ChildProcess; output(): string } {
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  endWithTests(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  return { child, output: () => text };
}

/** Runs to its end; what it has exported is there for the blocks that follow. */
async function run(script: string, env: Environment): Promise<{ said: string; env: Environment }> {
  const { child, output } = bash(`${script}\necho '${MARK}'; env -0 | tr '\\n\\0' ' \\n'`, env);
  const [code] = await once(child, "close");
  const [said = "", exported = ""] = output().split(`${MARK}\n`);
  expect(code, output()).toBe(0);
  const after = Object.fromEntries(
    exported
      .split("\n")
      .filter((line) => line.includes("="))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  return { said, env: { ...env, ...after } };
}

test.skipIf(redisIsMissing)(
  "the commands of docs/deployment.md make an installation out of an empty database, halt it and give it another master key",
  async () => {
    await using stack = new AsyncDisposableStack();
    const dataDir = stack.use(temporaryDataDir());
    const server = stack.use(
      await startEmbeddedPostgres({ dataDir: dataDir.path, log: silentLog, tcpPort: await freePort(), maxConnections: 100 }),
    );
    const databaseUrl = await emptyDatabase(server.connection);
    const redis = stack.use(await startTestRedis());

    const ports = new Map<string, number>();
    for (const name of ["api", "chatbot", "worker", "web"]) ports.set(name, await freePort());
    // Those of the document may be taken here.
    const start = block("npm run crew -- migrate").replaceAll(
      /PORT=\d+ npm run crew -- (\w+)/g,
      (_, name) => `PORT=${ports.get(name)} npm run crew -- ${name}`,
    );
    const origin = `http://localhost:${ports.get("api")}`;
    const { PATH, HOME } = process.env;
    const made = await run(block("export CREW_AUTH_SECRET"), {
      PATH: `${root}node_modules/.bin:${PATH}`,
      HOME,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redis.url,
      CREW_PUBLIC_URL: origin,
    });
    const env = made.env;
    expect(Buffer.from(env.CREW_MASTER_KEY ?? "", "base64")).toHaveLength(32);

    const services = bash(`${start}\nwait`, env);
    const { child } = services;
    stack.defer(async () => {
      if (child.pid) process.kill(-child.pid, "SIGKILL");
    });
    for (const [name, port] of ports) await untilHealthy(port, () => `${name}: ${services.output()}`);
    const ada = await joinInstallation(origin);
    const crew = await ada.call("POST", "/v1/crews", {
      name: "Brief",
      model: "demo/extractive",
      agents: [{ key: "reader", role: "Reader", goal: "Read", backstory: "", tools: ["read_document"] }],
      tasks: [{ key: "brief", description: "Summarize notes.txt.", expectedOutput: "A line", agent: "reader" }],
    });
    const { id } = await ada.call("POST", `/v1/crews/${crew.id}/runs`, {
      inputs: {},
      documents: [{ name: "notes.txt", text: "Sales rose." }],
    });
    expect((await ada.untilRun(id)).state).toBe("succeeded");

    expect(await connectionsOf(server.connection)).toEqual([]);
    expect((await run(block("upgrade --check"), env)).said).toMatch(/^Connected +crew-api 0\.1\.0 from 127\.0\.0\.1/m);
    const halted = (await run(block("npm run halt"), env)).said;
    expect(halted).toMatch(/is halted\. Runs .*[\s\S]*halted since .*: the reason[\s\S]*The halt is lifted/);
    const rotated = await run(block("rotate-master-key"), env);
    expect(rotated.said).toMatch(/data keys open with the master key .*[\s\S]*Remove from CREW_MASTER_KEYS_OLD: /);
    expect(rotated.env.CREW_MASTER_KEYS_OLD).toBe(env.CREW_MASTER_KEY);
    expect([...unused].map(({ line }) => line)).toEqual([]);
  },
  240_000,
);

/** Services that take more connections than docs/database.md counts for each: 12, and 15 where runs or jobs are moved. */
async function connectionsOf(address: pg.ClientConfig): Promise<unknown[]> {
  const formula = "12 × (APIs + gateways) + 15 × (workers + schedulers)";
  expect(read("docs/database.md")).toContain(formula);
  const client = new pg.Client(address);
  await client.connect();
  const { rows } = await client.query<{ service: string; count: number }>(
    "SELECT split_part(application_name, ' ', 1) AS service, count(*)::int AS count FROM pg_stat_activity WHERE application_name LIKE 'crew-%' GROUP BY 1",
  );
  await client.end();
  // A gateway that nobody uses may have none.
  expect(rows.map(({ service }) => service)).toEqual(expect.arrayContaining(["crew-api", "crew-worker"]));
  return rows.filter(({ service, count }) => count > (service === "crew-worker" ? 15 : 12));
}

/** Of a login that may nothing but what the document's administrator grants it. */
async function emptyDatabase(address: pg.ClientConfig): Promise<string> {
  const administrator = new pg.Client(address);
  await administrator.connect();
  await administrator.query("CREATE ROLE shop LOGIN PASSWORD 'test' NOSUPERUSER NOCREATEROLE");
  await administrator.query("CREATE DATABASE shop OWNER shop");
  await administrator.query(block("CREATE ROLE").replace("the_role_of_database_url", "shop"));
  await administrator.end();
  return `postgres://shop:test@127.0.0.1:${address.port}/shop`;
}

async function untilHealthy(port: number, words: () => string): Promise<void> {
  for (const end = Date.now() + 120_000; Date.now() < end; await sleep(100)) {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
  }
  throw new Error(`nobody serves on port ${port}: ${words()}`);
}
