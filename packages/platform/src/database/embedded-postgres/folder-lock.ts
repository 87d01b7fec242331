import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { DatabaseAddress } from "../open-pool.ts";
import { makeDataFolder } from "./make-data-folder.ts";
import { isRunning, startMark } from "./process-table.ts";
import { StartupProblem } from "./startup-problem.ts";

/** Who uses a data folder, as its lock file says. */
export interface FolderUser {
  pid: number;
  host: string;
  startMark: string | null;
  /** Where its pages are, once it listens. */
  address: string | null;
  /** How to reach its database, once it runs. */
  database: DatabaseAddress | null;
}

export interface FolderLock extends Disposable {
  announce(change: Partial<Pick<FolderUser, "address" | "database">>): void;
}

const BEAT_MS = 2_000;
/** A process on another host (a container with the same folder) is judged by its beat, since its number says nothing here. */
const BEAT_LOST_MS = 10_000;

/** Takes the folder for this process until it ends. Throws `StartupProblem`, naming the user, when another one has it. */
export function lockFolder(dataDir: string): FolderLock {
  makeDataFolder(dataDir);
  const path = lockPath(dataDir);
  let mine: FolderUser = { pid: process.pid, host: hostname(), startMark: startMark(process.pid), address: null, database: null };
  take(path, mine);
  const beat = setInterval(() => touch(path), BEAT_MS).unref();
  return {
    announce(change) {
      mine = { ...mine, ...change };
      replace(path, mine);
    },
    [Symbol.dispose]() {
      clearInterval(beat);
      rmSync(path, { force: true });
    },
  };
}

/** Who uses the folder now; `undefined` when nobody does. */
export function folderUser(dataDir: string): FolderUser | undefined {
  const user = read(lockPath(dataDir));
  return user && isAlive(user, lockPath(dataDir)) ? user : undefined;
}

/** Throws `StartupProblem` when another process uses the folder; for those who want to know before they begin. */
export function refuseFolderInUse(dataDir: string): void {
  const user = folderUser(dataDir);
  if (user) throw inUse(user, lockPath(dataDir));
}

/** Tells those who find the folder in use where its pages are. Only for the process that holds the lock. */
export function announceAddress(dataDir: string, address: string): void {
  const user = read(lockPath(dataDir));
  if (user?.pid === process.pid) replace(lockPath(dataDir), { ...user, address });
}

const lockPath = (dataDir: string) => join(dataDir, "lock.json");

function take(path: string, mine: FolderUser): void {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        // A link either takes the name or fails, so of two that start together one wins.
        linkSync(draft, path);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      removeStale(path);
    }
    throw inUse(read(path), path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a dead process's lock away; throws when its process lives. */
function removeStale(path: string): void {
  const user = read(path);
  if (user && isAlive(user, path)) throw inUse(user, path);
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  // Between the look and the move another starter may have taken the name: then it goes back to that one.
  const moved = read(aside);
  if (moved && moved.pid !== process.pid && isAlive(moved, aside)) {
    renameSync(aside, path);
    throw inUse(moved, path);
  }
  rmSync(aside, { force: true });
}

function inUse(user: FolderUser | undefined, path: string): StartupProblem {
  const where = user?.address ? ` at ${user.address}` : "";
  const who = user ? `process ${user.pid}${user.host === hostname() ? "" : ` on ${user.host}`}${where}` : "another process";
  return new StartupProblem(
    `The data folder ${join(path, "..")} is in use by ${who}: use that one, stop it first, or set CREW_DATA_DIR to another folder.`,
  );
}

function isAlive(user: FolderUser, path: string): boolean {
  if (user.host !== hostname()) return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < BEAT_LOST_MS;
  if (!isRunning(user.pid)) return false;
  return user.startMark === null || startMark(user.pid) === user.startMark;
}

function read(path: string): FolderUser | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as FolderUser;
  } catch {
    // Absent, or cut short by a full disk: nobody holds it.
    return undefined;
  }
}

function replace(path: string, user: FolderUser): void {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(user), { mode: 0o600 });
  renameSync(draft, path);
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // The folder was removed under us; PostgreSQL will tell.
  }
}
