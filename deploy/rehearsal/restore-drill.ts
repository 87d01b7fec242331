import { createHash } from "node:crypto";
import type { Rehearsal } from "./rehearsal.ts";

const MINUTES_MS = 5 * 60_000;
const RESTORED = "restored";

/** A backup that is made while people work, proven, and restored into an empty database of the same server. */
export async function restoreDrill({ stack, report }: Rehearsal): Promise<void> {
  const crew = (...words: string[]) => stack.exec("backup", ["crew", "backup", ...words], MINUTES_MS);
  const made = await crew("create");
  report.tell(made.replaceAll(/^/gm, "    "));
  const name = /^(\S+): \d+ tables/m.exec(made)?.[1] ?? "";
  report.hold("a backup is made under load", name !== "", made);
  const proven = await crew("verify", name, "--restore");
  report.hold("it is proven by restoring it into a scratch database", /all the same/.test(proven), proven);
  await stack.exec("postgres", ["createdb", "-h", "/tmp", "-U", "postgres", "-O", "crew", RESTORED]);
  const url = "$(sed s,/crew$,/" + RESTORED + ", /run/secrets/database_url)";
  const restored = await stack.exec("backup", ["sh", "-c", `crew backup restore '${name}' --into "${url}"`], MINUTES_MS);
  report.tell(restored.replaceAll(/^/gm, "    "));
  const ask = (database: string, sql: string) =>
    stack.exec("postgres", ["psql", "-h", "/tmp", "-U", "postgres", "-d", database, "-At", "-c", sql]);
  // What has not changed since: crews and who may use them, by all that their rows hold.
  const rows = "SELECT t::text FROM crews t UNION ALL SELECT t::text FROM crew_versions t UNION ALL SELECT t::text FROM users t ORDER BY 1";
  const hashOf = async (database: string) =>
    createHash("sha256")
      .update(await ask(database, rows))
      .digest("hex");
  report.hold("rows are the same, with every id", (await hashOf("crew")) === (await hashOf(RESTORED)));
  const held = await ask(RESTORED, "SELECT count(*) FROM restores WHERE released_at IS NULL");
  report.hold("what came back is guarded: nothing is sent before somebody releases it", held === "1", held);
}
