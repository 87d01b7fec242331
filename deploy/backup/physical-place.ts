import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TOOLS = ["initdb", "pg_ctl", "psql", "pg_basebackup", "pg_verifybackup", "pg_archivecleanup", "pg_controldata", "pg_waldump"];

/** Where PostgreSQL's own tools are, the newest first; those that come by npm have no `pg_basebackup`. */
function toolsFolder(): string | undefined {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(root, version, "bin")).find((bin) => TOOLS.every((tool) => existsSync(join(bin, tool))));
}

/** The server refuses to run as root. */
function account(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (option: string) => Number(execFileSync("id", [option, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

/** `archive_timeout` bounds what a lost server may take with it. No machine goes down here: nothing has to reach the disk. */
const SETTINGS = ["archive_mode = on", "archive_timeout = 60", "fsync = off", "listen_addresses = ''", "shared_buffers = 32MB"];

export const bin = toolsFolder();

export interface Said {
  code: number | null;
  out: string;
  err: string;
}

export interface PhysicalPlace extends Disposable {
  path: string;
  /** The archive: `wal` and `base` in it. */
  archive: string;
  run(command: string, args?: string[], env?: Record<string, string>): Said;
  script(name: string, args: string[], env?: Record<string, string>): Said;
  /** One that runs on; `said` is all that it has written. */
  begin(name: string, args: string[], env?: Record<string, string>): { said(): string; end(): void };
  /** Bytes of one WAL file before it is packed. */
  segmentBytes: number;
  /** Throws with what was said unless it ended well. */
  must(said: Said): string;
  sql(text: string, port?: number): string;
  start(folder: string, port?: number, env?: Record<string, string>): void;
  stop(folder: string): void;
}

/** A PostgreSQL that archives its WAL, its archive, and the scripts, all of a user who is not root. */
export function openPhysicalPlace(): PhysicalPlace {
  const who = account();
  const path = mkdtempSync(join(tmpdir(), "crew-physical-"));
  const archive = join(path, "archive");
  mkdirSync(archive);
  const scripts = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".sh"));
  for (const name of scripts) copyFileSync(join(import.meta.dirname, name), join(path, name));
  for (const one of [path, archive]) {
    chmodSync(one, 0o755);
    if (who) chownSync(one, who.uid, who.gid);
  }
  const base = { PATH: `${bin}:/usr/bin:/bin`, HOME: path, LC_ALL: "C", CREW_BACKUP_ARCHIVE: archive, PGHOST: path, PGUSER: "crew" };
  const started = new Set<string>();
  const running = new Set<() => void>();
  const place: PhysicalPlace = {
    path,
    archive,
    run(command, args = [], env = {}) {
      const child = spawnSync(command, args, { env: { ...base, ...env }, cwd: path, encoding: "utf8", timeout: 90_000, ...who });
      if (child.error) throw child.error;
      return { code: child.status, out: child.stdout, err: child.stderr };
    },
    script: (name, args, env) => place.run("sh", [join(path, name), ...args], env),
    begin(name, args, env = {}) {
      // A group of its own, since what it has started must end with it.
      const child = spawn("sh", [join(path, name), ...args], { env: { ...base, ...env }, cwd: path, detached: true, ...who });
      let said = "";
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
      const end = () => {
        if (running.delete(end)) process.kill(-(child.pid ?? 0), "SIGKILL");
      };
      running.add(end);
      return { said: () => said, end };
    },
    segmentBytes: 1024 * 1024,
    must({ code, out, err }) {
      if (code !== 0) throw new Error(`ended with ${code}: ${out}${err}`);
      return out;
    },
    sql: (text, port = 5432) => place.must(place.run("psql", ["-XqAt", "-p", String(port), "-d", "postgres", "-c", text])).trim(),
    start(folder, port = 5432, env = {}) {
      // With pipes of ours the server would keep them open.
      const args = ["-D", join(path, folder), "-l", join(path, `${folder}.log`), "-o", `-p ${port}`, "-w", "-s", "start"];
      place.must(place.run("pg_ctl", args, env));
      started.add(folder);
    },
    stop(folder) {
      place.run("pg_ctl", ["-D", join(path, folder), "-m", "fast", "-w", "-s", "stop"]);
      started.delete(folder);
    },
    [Symbol.dispose]() {
      for (const end of running) end();
      for (const folder of started) place.stop(folder);
      rmSync(path, { recursive: true, force: true });
    },
  };
  place.must(place.run("initdb", ["-D", join(path, "data"), "-U", "crew", "-A", "trust", "--no-sync", "--wal-segsize=1"]));
  const settings = join(path, "data", "postgresql.auto.conf");
  writeFileSync(
    settings,
    [...SETTINGS, `archive_command = 'sh "${path}/archive-wal.sh" %p %f'`, `unix_socket_directories = '${path}'`, ""].join("\n"),
  );
  return place;
}
