import { chmodSync, existsSync, mkdirSync } from "node:fs";

/**
 * For its owner alone; folders above it that are made as well are ordinary ones, since the database's unprivileged
 * user may have to pass through them.
 */
export function makeDataFolder(dataDir: string): void {
  if (existsSync(dataDir)) return;
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, 0o700);
}
