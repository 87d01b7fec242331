import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { call } from "@crew/client/call";
import { idempotencyKey } from "@crew/client/idempotency-key";
import { crewEndpoints } from "@crew/contracts/crews";
import type { Rehearsal } from "./rehearsal.ts";
import { STACK, until } from "./rehearsal-stack.ts";

const DOCUMENT = new URL("../../docs/deployment.md", import.meta.url);
const MINUTES_MS = 5 * 60_000;
/** What works on the database, and so must be away while another one is put in its place. */
const WORKING = ["api", "chatbot", "worker", "scheduler"];

interface Physical {
  lastBaseAt: string | null;
  lastArchivedAt: string | null;
  isLate: boolean;
  problem: string | null;
}

/** The switch for the server's own files is put on, and the stack is brought back to a moment by the very commands of docs/deployment.md. */
export async function momentDrill(rehearsal: Rehearsal): Promise<void> {
  const { stack, report } = rehearsal;
  const words = ["up", "--without-test", "only a switch is another"];
  report.hold("the switch is rolled out", (await stack.rollOut(words, { CREW_PHYSICAL_BACKUPS: "on" })) === 0);
  const physical = async () =>
    (JSON.parse(await stack.exec("backup", ["crew", "backup", "status"])) as { physical: Physical | null }).physical;
  await until(async () => (await physical())?.lastBaseAt != null, "the first base backup", MINUTES_MS);
  report.hold("a base backup is taken, found whole and told of", (await physical())?.problem === null);

  const tasks = new Map<string, number>();
  for (const service of WORKING) tasks.set(service, (await stack.containersOf(service)).length);
  await makeCrew(rehearsal, "Made before the moment");
  const moment = await stack.query(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);
  await makeCrew(rehearsal, "Made after it");
  const isArchived = async () => Date.parse((await physical())?.lastArchivedAt ?? "") > Date.parse(moment) + 5_000;
  await until(isArchived, "WAL from after the moment", MINUTES_MS);
  for (const service of WORKING) await stack.scale(service, 0);
  await recover(rehearsal, moment);
  for (const [service, count] of tasks) await stack.scale(service, count);

  const names = (await call(crewEndpoints.list, { ...(await person(rehearsal)), query: { limit: 100 } })).data.map(({ name }) => name);
  report.hold("what was made before the moment is there", names.includes("Made before the moment"), names.join(", "));
  report.hold("what was made after it is not", !names.includes("Made after it"), names.join(", "));
  const held = await stack.query("SELECT count(*) FROM restores WHERE released_at IS NULL");
  report.hold("it is guarded: nothing is sent before somebody releases it", held === "1", held);
  const isCovered = async () => Date.parse((await physical())?.lastBaseAt ?? "") > Date.parse(moment);
  await until(isCovered, "a base backup of the recovered server", MINUTES_MS);
  report.hold("a base backup of the recovered server is taken at once", (await physical())?.isLate === false);
}

const person = async ({ stack, headers }: Rehearsal) => ({ baseUrl: stack.origin, headers: await headers() });

async function makeCrew(rehearsal: Rehearsal, name: string): Promise<void> {
  const { baseUrl, headers } = await person(rehearsal);
  await call(crewEndpoints.create, {
    baseUrl,
    headers: { ...headers, ...idempotencyKey() },
    body: {
      name,
      model: "ollama/fake-model",
      agents: [{ key: "reader", role: "Reader", goal: "Read", backstory: "" }],
      tasks: [{ key: "brief", description: "Say a word.", expectedOutput: "A word", agent: "reader" }],
    },
  });
}

/** Line by line, since the document leaves it to its reader to look whether a container has gone or come. */
async function recover({ engine, stack, report }: Rehearsal, moment: string): Promise<void> {
  const image = await stack.imageOf("postgres");
  for (const line of commands()) {
    const isInside = /POSTGRES|BACKUP/.test(line);
    if (isInside) await until(async () => (await stack.containersOf("postgres")).length === 1, "PostgreSQL");
    const [[postgres = ""], [backup = ""]] = [await stack.containersOf("postgres"), await stack.containersOf("backup")];
    const command = line
      .replaceAll(/2026-11-30T22:15:00Z/g, moment)
      .replaceAll(/\bcrew_/g, `${STACK}_`)
      .replace("POSTGRES", postgres)
      .replace("BACKUP", backup)
      .replace("IMAGE", image);
    report.tell(`    ${command.replaceAll("\n", "\n    ")}`);
    const { stdout } = await promisify(execFile)("bash", ["-euc", command], { env: engine.environment, timeout: MINUTES_MS });
    report.tell(stdout.trim().replaceAll(/^/gm, "      "));
    if (command.includes("_postgres=0")) await until(async () => (await stack.containersOf("postgres")).length === 0, "its end");
    if (command.includes("_postgres=1")) await until(async () => (await stack.query("SELECT 1")) === "1", "the recovered server");
  }
}

/** Those of the block of docs/deployment.md that names the container; a line that ends in a backslash goes on. */
function commands(): string[] {
  const blocks = [...readFileSync(DOCUMENT, "utf8").matchAll(/^```sh example\n([\s\S]*?)^```/gm)].map(([, text = ""]) => text);
  const [block = ""] = blocks.filter((text) => text.includes("docker exec POSTGRES recover-to"));
  if (!block) throw new Error("docs/deployment.md no longer says how the stack is recovered");
  return block.trim().split(/(?<!\\)\n/);
}
