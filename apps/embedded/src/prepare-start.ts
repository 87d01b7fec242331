import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { originPolicy } from "@crew/auth/origin-policy";
import { type Config, readConfig } from "@crew/platform/config/read-config";
import { checkFreeSpace, NEW_DATABASE_BYTES, RUNNING_DATABASE_BYTES } from "@crew/platform/database/embedded-postgres/check-free-space";
import { clusterLocation } from "@crew/platform/database/embedded-postgres/cluster-folder";
import { refuseFolderInUse } from "@crew/platform/database/embedded-postgres/folder-lock";
import { freePort } from "@crew/platform/database/embedded-postgres/free-port";
import { makeDataFolder } from "@crew/platform/database/embedded-postgres/make-data-folder";
import { StartupProblem } from "@crew/platform/database/embedded-postgres/startup-problem";
import { guardVisitors } from "./guard-visitors.ts";
import { installationLog } from "./installation-log.ts";
import { type FrontDoor, isLoopback, openFrontDoor } from "./open-front-door.ts";
import { publicAddress } from "./public-address.ts";
import { startingVisitors } from "./starting-visitors.ts";

export const PASSWORD_NEEDED =
  "HOST lets other machines in, and the owner of this installation has no password yet: set CREW_ADMIN_EMAIL and CREW_ADMIN_PASSWORD, or start without HOST and choose them in the console first.";

export interface Start {
  config: Config & { port: number; publicUrl: string };
  /**
   * Open already on loopback, so that an early browser finds a page that waits. On any other address nothing listens
   * before the owner is known to have a password.
   */
  door: FrontDoor | undefined;
}

/** Reads what was asked for and refuses at once, with one sentence, what cannot be. */
export async function prepareStart(options: { isVerbose: boolean }): Promise<Start> {
  const wanted = readConfig();
  if (wanted.mode !== "embedded")
    throw new StartupProblem(
      "DATABASE_URL is set: start the services of a distributed installation one by one, or unset it for npm start.",
    );
  refuseFolderInUse(wanted.dataDir);
  refuseOpenHouse(wanted);
  refuseFullDisk(wanted.dataDir);
  makeDataFolder(wanted.dataDir);
  const door = isLoopback(wanted.host) ? await openGuardedDoor(wanted) : undefined;
  const port = door?.port ?? (wanted.port === 0 ? await freePort() : (wanted.port ?? 3000));
  const publicUrl = wanted.publicUrl ?? publicAddress(wanted.host, port);
  return { config: { ...wanted, port, publicUrl, logFile: options.isVerbose ? null : installationLog(wanted.dataDir) }, door };
}

/** Behind it nobody is at home yet; foreigners are turned away from the first moment on. */
export async function openGuardedDoor(config: Pick<Config, "host" | "port" | "publicUrl">): Promise<FrontDoor> {
  const door = await openFrontDoor({ host: config.host, port: config.port, visitors: startingVisitors });
  const origins = originPolicy({ publicUrl: config.publicUrl ?? publicAddress(config.host, door.port) });
  door.lead(guardVisitors(origins, startingVisitors));
  return door;
}

function refuseFullDisk(dataDir: string): void {
  let folder = dataDir;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  checkFreeSpace(folder, hasDatabase(dataDir) ? RUNNING_DATABASE_BYTES : NEW_DATABASE_BYTES);
}

/** A folder without an installation has no owner with a password; in any other, the database must be asked. */
function refuseOpenHouse(config: Config): void {
  if (!isLoopback(config.host) && !config.admin && !hasDatabase(config.dataDir)) throw new StartupProblem(PASSWORD_NEEDED);
}

function hasDatabase(dataDir: string): boolean {
  return clusterLocation(dataDir) !== null || existsSync(join(dataDir, "postgres"));
}
