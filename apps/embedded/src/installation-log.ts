import { renameSync, statSync } from "node:fs";
import { join } from "node:path";

const MAX_BYTES = 20 * 1024 * 1024;

/** The log of this start. One old file is kept once it has grown large. */
export function installationLog(dataDir: string): string {
  const path = join(dataDir, "logs", "crew.log");
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) renameSync(path, `${path}.1`);
  return path;
}
