import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@crew/platform/database/embedded-postgres/free-port";
import pg from "pg";

const PACKAGED = "/usr/lib/postgresql";

export interface InstalledPostgres extends AsyncDisposable {
  /** Of a superuser in the database `postgres`. */
  url: string;
  version: string;
}

/** The oldest PostgreSQL of this machine's packages that the product takes; `undefined`: there is none. */
export function installedPostgres(): { version: string; bin: string } | undefined {
  const versions = existsSync(PACKAGED) ? readdirSync(PACKAGED).filter((name) => Number(name) >= 15 && Number(name) < 18) : [];
  return versions.toSorted((a, b) => Number(a) - Number(b)).map((version) => ({ version, bin: join(PACKAGED, version, "bin") }))[0];
}

/** A server of that version on a port of its own, with nothing in it. As root it runs as who owns PostgreSQL here. */
export async function startInstalledPostgres({ version, bin }: { version: string; bin: string }): Promise<InstalledPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "crew-other-postgres-"));
  const account = accountFor(folder);
  const port = await freePort();
  const env = { PATH: process.env.PATH ?? "", LC_ALL: "C.UTF-8", LANG: "C.UTF-8" };
  const data = join(folder, "data");
  execFileSync(join(bin, "initdb"), ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"], {
    ...account,
    env,
    cwd: folder,
    stdio: "ignore",
  });
  const settings = ["listen_addresses=127.0.0.1", `port=${port}`, `unix_socket_directories=${folder}`, "fsync=off"];
  const server = spawn(join(bin, "postgres"), ["-D", data, ...settings.flatMap((setting) => ["-c", setting])], {
    ...account,
    env,
    cwd: folder,
    stdio: "ignore",
  });
  const ended = new Promise<void>((resolve) => void server.once("exit", () => resolve()));
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const stop = async () => {
    server.kill("SIGINT");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(100))
    if (await answers(url)) return { url, version, [Symbol.asyncDispose]: stop };
  await stop();
  throw new Error(`PostgreSQL ${version} did not start`);
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  );
}

function accountFor(folder: string): { uid: number; gid: number } | object {
  if (process.getuid?.() !== 0) return {};
  const home = "/var/lib/postgresql";
  const { uid, gid } = existsSync(home) ? statSync(home) : { uid: 65_534, gid: 65_534 };
  chownSync(folder, uid, gid);
  return { uid, gid };
}
