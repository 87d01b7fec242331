import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "@crew/platform/config/env";
import { MigrationError } from "@crew/platform/database/compare-migrations";
import { isDiskFull, StartupProblem } from "@crew/platform/database/embedded-postgres/startup-problem";

let logFile: string | null = null;
let isReporting = false;

/** From now on the details of an unexpected end are kept in this file, or shown when it is `null`. */
export function keepDetailsIn(path: string | null): void {
  logFile = path;
}

/** Says in one sentence why the platform ends, and ends it. The database stops by itself, since it watches us. */
export function reportProblem(error: unknown): never {
  // The first one is the reason; what breaks because of it, down to the exit handlers, would only bury it.
  if (isReporting) process.exit(1);
  isReporting = true;
  process.stderr.write(`${sentenceFor(error)}\n`);
  process.exit(1);
}

function sentenceFor(error: unknown): string {
  if (error instanceof StartupProblem || error instanceof ConfigError || error instanceof MigrationError) return error.message;
  const where = keepDetails(error);
  if (isDiskFull(error)) return "The disk is full: make room on it, or set CREW_DATA_DIR to a folder elsewhere.";
  const { code, message, path } = error as NodeJS.ErrnoException;
  if ((code === "EACCES" || code === "EPERM" || code === "EROFS") && path)
    return `${path} may not be read or written by this user: change its owner, or set CREW_DATA_DIR to a folder of your own.`;
  return `The platform ended because of an unexpected fault: ${message ?? String(error)}${where}`;
}

/** Written at once, since the logger's own writes may still be waiting when the process ends. */
function keepDetails(error: unknown): string {
  const line = JSON.stringify({ level: 60, time: new Date().toISOString(), err: detailsOf(error), msg: "the platform ended" });
  if (logFile === null) return `\n${line}`;
  try {
    mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
    appendFileSync(logFile, `${line}\n`);
    return ` (details: ${logFile})`;
  } catch {
    return "";
  }
}

function detailsOf(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  return { type: name, message, stack, cause: cause === undefined ? undefined : detailsOf(cause) };
}
