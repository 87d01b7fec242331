import { readConfig } from "@crew/platform/config/read-config";
import { connectDatabase } from "@crew/platform/database/connect-database";
import { folderUser } from "@crew/platform/database/embedded-postgres/folder-lock";
import { StartupProblem } from "@crew/platform/database/embedded-postgres/startup-problem";
import { openLog } from "@crew/platform/telemetry/open-log";
import { newLink } from "./offer-links.ts";
import { reportProblem } from "./report-problem.ts";

/** `npm run link`: whoever may read the data folder of a running installation may sign in as its owner. */
try {
  const { dataDir } = readConfig();
  const running = folderUser(dataDir);
  if (!running?.database || !running.address) throw new StartupProblem(`Nothing runs on ${dataDir}: start it with npm start.`);
  await using database = connectDatabase(running.database, openLog({ level: "silent", file: null }));
  process.stdout.write(`${await newLink({ ...database, now: () => new Date() }, running.address)}\n`);
} catch (error) {
  reportProblem(error);
}
