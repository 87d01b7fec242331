import { createHash } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canEnter, type ServerAccount, serverAccount } from "./server-account.ts";
import { StartupProblem } from "./startup-problem.ts";

/** Where PostgreSQL keeps everything of its own, and who it is. */
export interface ClusterFolder {
  path: string;
  account: ServerAccount | null;
  /** Not inside the data folder, since the unprivileged account may not enter that. */
  isElsewhere: boolean;
}

/** Not /tmp, which is emptied. */
const OTHER_ROOTS = ["/var/lib", "/srv", "/opt"];

/** The folder that was chosen before, or the data folder's own, or, as root, one that the server's account may enter. */
export function clusterFolder(dataDir: string, otherRoots: string[] = OTHER_ROOTS): ClusterFolder {
  const inside = join(dataDir, "postgres");
  const chosen = clusterLocation(dataDir);
  if (chosen) {
    if (!existsSync(chosen))
      throw new StartupProblem(
        `The database of ${dataDir} was in ${chosen}, which is gone: put it back, or set CREW_DATA_DIR to a new folder.`,
      );
    return { path: chosen, account: serverAccount(join(chosen, "data")), isElsewhere: true };
  }
  const account = serverAccount(join(inside, "data"));
  if (!account) return { path: prepare(inside, null), account, isElsewhere: false };
  // Others may pass through to the database's folder, not list this one.
  chmodSync(dataDir, 0o711);
  if (canEnter(account, dataDir)) return { path: prepare(inside, account), account, isElsewhere: false };
  const name = createHash("sha256").update(realpathSync(dataDir)).digest("hex").slice(0, 12);
  for (const root of otherRoots) {
    const path = join(root, "crewai-platform", name);
    if (!tryToPrepare(path, account)) continue;
    writeFileSync(locationFile(dataDir), `${path}\n`, { mode: 0o644 });
    return { path, account, isElsewhere: true };
  }
  throw new StartupProblem(
    `PostgreSQL runs as the user nobody, who may not enter ${dataDir}: set CREW_DATA_DIR to a folder that everybody may enter, such as /var/lib/crewai-platform.`,
  );
}

/** Where the database is when it is not inside the data folder; `null`: inside. */
export function clusterLocation(dataDir: string): string | null {
  return existsSync(locationFile(dataDir)) ? readFileSync(locationFile(dataDir), "utf8").trim() : null;
}

const locationFile = (dataDir: string) => join(dataDir, "postgres-location");

function prepare(path: string, account: ServerAccount | null): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (account) chownSync(path, account.uid, account.gid);
  return path;
}

function tryToPrepare(path: string, account: ServerAccount): boolean {
  try {
    mkdirSync(join(path, ".."), { recursive: true, mode: 0o755 });
    prepare(path, account);
    return canEnter(account, path);
  } catch {
    return false;
  }
}
