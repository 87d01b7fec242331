import { migrate, readMigrations } from "@crew/platform/database/migrate";
import { addressFromUrl } from "@crew/platform/database/open-pool";
import { silentLog } from "./silent-log.ts";

/** The migration task with the migrations of a folder, as a process that can be killed: database URL, folder. */
const [url = "", folder = ""] = process.argv.slice(2);
const applied = await migrate(addressFromUrl(url), readMigrations(new URL(folder)), silentLog);
process.stdout.write(`applied ${applied.join(" ")}.\n`);
