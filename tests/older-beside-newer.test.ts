import { uuidFromTypeId } from "@crew/contracts/ids";
import { startEmbeddedPostgres } from "@crew/platform/database/embedded-postgres/start-embedded-postgres";
import { migrate } from "@crew/platform/database/migrate";
import { addressFromUrl, type DatabaseAddress } from "@crew/platform/database/open-pool";
import { joinInstallation } from "@crew/testing/join-installation";
import { EXPANSION, newerMigrations } from "@crew/testing/newer-migrations";
import { openTestDatabase } from "@crew/testing/open-test-database";
import { silentLog } from "@crew/testing/silent-log";
import { startInstallation } from "@crew/testing/start-installation";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import pg from "pg";
import { expect, test, vi } from "vitest";
import { InstallationProcess } from "./installation-process.ts";

// Whole platforms are started.
vi.setConfig({ testTimeout: 180_000 });

/** docs/decisions/0035-expand-and-contract.md */

/** What a trigger of the newer version has written beside what this code did. */
async function notes(address: DatabaseAddress): Promise<unknown[]> {
  const client = new pg.Client(address);
  await client.connect();
  const { rows } = await client.query("SELECT run_id, text FROM run_notes ORDER BY run_id");
  await client.end();
  return rows;
}

test("an embedded platform goes back to its version after a newer one has migrated its data", async () => {
  using dataDir = temporaryDataDir();
  using folder = temporaryDataDir();
  const first = await new InstallationProcess({ dataDir: dataDir.path }).ready();
  expect(await first.stop()).toBe(0);
  await using stack = new AsyncDisposableStack();
  {
    await using server = await startEmbeddedPostgres({ dataDir: dataDir.path, log: silentLog });
    expect(await migrate(server.connection, newerMigrations(folder.path, [EXPANSION]).migrations)).toHaveLength(1);
  }
  const second = new InstallationProcess({ dataDir: dataDir.path, env: { CREW_SIGNUP: "open" } });
  stack.defer(async () => void (second.child.exitCode === null && (await second.stop("SIGKILL"))));
  await second.ready();
  const ada = await joinInstallation(second.origin);
  const id = await runDemoCrew(ada);
  expect(await second.stop()).toBe(0);
  await using server = await startEmbeddedPostgres({ dataDir: dataDir.path, log: silentLog });
  expect(await notes(server.connection)).toEqual([{ run_id: id, text: "ended as succeeded" }]);
});

test.skipIf(redisIsMissing)("services that run while a newer version migrates go on, and more of them may start", async () => {
  using folder = temporaryDataDir();
  await using database = await openTestDatabase();
  await using installation = await startInstallation("distributed", { databaseUrl: database.databaseUrl, isHeadless: true });
  const ada = await joinInstallation(installation.origin);
  const before = await runDemoCrew(ada);
  const address = addressFromUrl(database.databaseUrl);
  expect(await migrate(address, newerMigrations(folder.path, [EXPANSION]).migrations)).toHaveLength(1);
  const during = await runDemoCrew(ada);
  for (const name of ["worker", "api"] as const) {
    await installation.stop(name);
    await installation.start(name);
  }
  const after = await runDemoCrew(ada);
  expect(installation.logs()).toContain("was migrated by a newer version");
  expect(await notes(address)).toEqual([during, after].toSorted().map((id) => ({ run_id: id, text: "ended as succeeded" })));
  expect((await ada.run(before)).state).toBe("succeeded");
});

/** The id of the run's row, when it has succeeded. */
async function runDemoCrew(member: Awaited<ReturnType<typeof joinInstallation>>): Promise<string> {
  const crew = await member.call("POST", "/v1/crews", {
    name: "Brief",
    model: "demo/extractive",
    agents: [{ key: "reader", role: "Reader", goal: "Find what the board must know", backstory: "", tools: ["read_document"] }],
    tasks: [{ key: "brief", description: "Summarize notes.txt.", expectedOutput: "Three bullet points", agent: "reader" }],
  });
  const documents = [{ name: "notes.txt", text: "Sales rose 12 % in October. The audit is on 3 December." }];
  const { id } = await member.call("POST", `/v1/crews/${crew.id}/runs`, { inputs: {}, documents });
  const run = await member.untilRun(id);
  expect(run).toMatchObject({ state: "succeeded", error: null });
  return uuidFromTypeId(id);
}
