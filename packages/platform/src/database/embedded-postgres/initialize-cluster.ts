import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkFreeSpace, NEW_DATABASE_BYTES, RUNNING_DATABASE_BYTES } from "./check-free-space.ts";
import type { ServerAccount } from "./server-account.ts";
import type { ServerBinaries } from "./server-binaries.ts";
import { serverEnvironment } from "./server-environment.ts";
import { diskFull, isDiskFull, StartupProblem } from "./startup-problem.ts";

const MAJOR_VERSION = "18";
export const DATABASE_USER = "crew";

/** Makes the database files if there are none yet. Returns their folder. */
export async function initializeCluster(folder: string, account: ServerAccount | null, binaries: ServerBinaries): Promise<string> {
  const data = join(folder, "data");
  if (existsSync(join(data, "PG_VERSION"))) {
    checkVersion(data);
    checkFreeSpace(folder, RUNNING_DATABASE_BYTES);
    return data;
  }
  checkFreeSpace(folder, NEW_DATABASE_BYTES);
  // Under another name until it is whole: a process killed in the middle leaves nothing that looks like a database.
  const draft = join(folder, "data.new");
  rmSync(draft, { recursive: true, force: true });
  const passwordFile = writePassword(folder, account);
  const flags = ["-A", "trust", "-U", DATABASE_USER, "-E", "UTF8", "--pwfile", passwordFile, "--no-instructions"];
  const locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
  await run(binaries.initdb, ["-D", draft, ...flags, ...locale], { folder, account, binaries });
  renameSync(draft, data);
  return data;
}

/** Only TCP asks for it: the Unix socket stands in a folder that nobody else may enter. */
export function readPassword(folder: string): string {
  return readFileSync(join(folder, "password"), "utf8").trim();
}

function writePassword(folder: string, account: ServerAccount | null): string {
  const path = join(folder, "password");
  rmSync(path, { force: true });
  writeFileSync(path, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  if (account) chownSync(path, account.uid, account.gid);
  return path;
}

function checkVersion(data: string): void {
  let version: string;
  try {
    version = readFileSync(join(data, "PG_VERSION"), "utf8").trim();
  } catch (cause) {
    throw new StartupProblem(`The database in ${data} belongs to another user: start as that user, or as root.`, { cause });
  }
  if (version !== MAJOR_VERSION)
    throw new StartupProblem(
      `The database in ${data} was made by PostgreSQL ${version}, and this version brings ${MAJOR_VERSION}: start the version that made it and take a backup.`,
    );
}

async function run(
  command: string,
  parameters: string[],
  at: { folder: string; account: ServerAccount | null; binaries: ServerBinaries },
): Promise<void> {
  const child = spawn(command, parameters, {
    cwd: at.folder,
    env: serverEnvironment(at.binaries),
    stdio: ["ignore", "ignore", "pipe"],
    ...at.account,
  });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints = (complaints + text).slice(-4_000);
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", reject).once("close", resolve);
  const code = await promise.catch((cause: unknown) => {
    throw new StartupProblem(
      `PostgreSQL cannot run on this system (${(cause as Error).message}): it needs Linux with glibc, macOS or Windows.`,
      {
        cause,
      },
    );
  });
  if (code === 0) return;
  rmSync(join(at.folder, "data.new"), { recursive: true, force: true });
  if (isDiskFull(new Error(complaints))) throw diskFull(at.folder);
  if (complaints.includes("could not look up effective user ID"))
    throw new StartupProblem(
      `The user ${process.getuid?.()} has no name on this system, which PostgreSQL demands: add it to /etc/passwd, or start as another one.`,
    );
  const reason = complaints.split("\n").find((line) => /error|fatal|could not/i.test(line)) ?? `exit ${code}`;
  throw new StartupProblem(`The database could not be made in ${at.folder}: ${reason.trim()}.`, { cause: new Error(complaints) });
}
