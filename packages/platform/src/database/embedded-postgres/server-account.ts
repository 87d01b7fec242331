import { execFileSync, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { StartupProblem } from "./startup-problem.ts";

/** The account that PostgreSQL runs as, when it is not our own. */
export interface ServerAccount {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root, so that a fault in it is not the machine's: started as root, it runs as the owner of
 * an existing database, or else as `nobody`. Anyone but root runs it as themselves (`null`).
 */
export function serverAccount(existingDatabase: string): ServerAccount | null {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(existingDatabase, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = { uid: idOf("-u"), gid: idOf("-g") };
  const tried = spawnSync("/bin/sh", ["-c", ":"], { ...account, cwd: "/" });
  if (tried.error)
    throw new StartupProblem("PostgreSQL may not run as root, and this root may not become another user: start as an ordinary user.", {
      cause: tried.error,
    });
  return account;
}

/** Whether the account may go into the folder, which its modes alone do not tell: all its parents count, and access lists. */
export function canEnter(account: ServerAccount, folder: string): boolean {
  return spawnSync("/bin/sh", ["-c", 'cd "$1"', "sh", folder], { ...account, cwd: "/", stdio: "ignore" }).status === 0;
}

function idOf(flag: "-u" | "-g"): number {
  try {
    return Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  } catch (cause) {
    throw new StartupProblem("PostgreSQL may not run as root, and there is no user nobody: start as an ordinary user.", { cause });
  }
}
