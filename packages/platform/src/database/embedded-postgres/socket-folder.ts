import { createHash } from "node:crypto";
import { chownSync, lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerAccount } from "./server-account.ts";
import { StartupProblem } from "./startup-problem.ts";

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const LONGEST_PATH = process.platform === "linux" ? 107 : 103;
const SOCKET_NAME = ".s.PGSQL.65535";

/** A folder for the Unix socket that only the server's account may enter: beside the data, or in /tmp where that path is too long. */
export function socketFolder(clusterPath: string, account: ServerAccount | null): string {
  const beside = join(clusterPath, "run");
  const isShort = Buffer.byteLength(join(beside, SOCKET_NAME)) <= LONGEST_PATH;
  const hash = createHash("sha256").update(clusterPath).digest("hex").slice(0, 12);
  const path = isShort ? beside : join(shortTemporaryFolder(), `crew-${hash}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const before = lstatSync(path);
  if (account && before.isDirectory() && before.uid === process.getuid?.()) chownSync(path, account.uid, account.gid);
  const after = lstatSync(path);
  const owner = account?.uid ?? process.getuid?.();
  // In /tmp somebody else could have made it first, and would then stand between us and the database.
  if (!after.isDirectory() || (owner !== undefined && after.uid !== owner) || (after.mode & 0o077) !== 0)
    throw new StartupProblem(`${path} belongs to somebody else: remove it, or set CREW_DATA_DIR to a folder with a shorter path.`);
  return path;
}

function shortTemporaryFolder(): string {
  return Buffer.byteLength(tmpdir()) <= 60 ? tmpdir() : "/tmp";
}
