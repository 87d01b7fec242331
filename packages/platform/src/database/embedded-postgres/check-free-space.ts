import { statfsSync } from "node:fs";
import { StartupProblem } from "./startup-problem.ts";

const MEGABYTE = 1024 * 1024;
/** A new database takes 40 MB and its first log segments 32 MB more. */
export const NEW_DATABASE_BYTES = 160 * MEGABYTE;
/** Below this PostgreSQL may be unable to recover after a crash, which would look like damage. */
export const RUNNING_DATABASE_BYTES = 48 * MEGABYTE;

/** Throws before PostgreSQL would fail half-way through its work. */
export function checkFreeSpace(folder: string, neededBytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  const megabytes = (bytes: number) => Math.floor(bytes / MEGABYTE);
  throw new StartupProblem(
    `The disk that holds ${folder} is full: ${megabytes(freeBytes)} MB are free and ${megabytes(neededBytes)} MB are needed. Make room, or set CREW_DATA_DIR to a folder elsewhere.`,
  );
}
