import { randomBytes } from "node:crypto";
import { actingFor } from "@crew/core/access/acting-for";
import { createCrew } from "@crew/core/crews/create-crew";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestDatabase } from "@crew/testing/open-test-database";
import { openTestSystem } from "@crew/testing/open-test-system";
import { silentLog } from "@crew/testing/silent-log";
import pg from "pg";
import { PgBoss } from "pg-boss";
import { expect, test } from "vitest";
import { openBossQueue } from "../queue/boss-queue.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { addressFromUrl } from "./open-pool.ts";
import { asSystemRole } from "./system-role.ts";

/** An empty database whose owner may log in, and what is given to it; as a managed server gives one. */
async function managedDatabase(
  stack: AsyncDisposableStack,
  attributes: string,
): Promise<{ url: string; login: string; administer(sql: string): Promise<void> }> {
  const { databaseUrl } = stack.use(await openTestDatabase("empty"));
  const login = `crew_login_${randomBytes(6).toString("hex")}`;
  const administrator = new pg.Client(databaseUrl);
  await administrator.connect();
  const administer = async (sql: string) => void (await administrator.query(sql));
  await administer(`CREATE ROLE ${login} LOGIN PASSWORD 'test' ${attributes}`);
  await administer(`ALTER DATABASE ${new URL(databaseUrl).pathname.slice(1)} OWNER TO ${login}`);
  stack.defer(async () => {
    await administrator.query(`REASSIGN OWNED BY ${login} TO CURRENT_USER; DROP OWNED BY ${login} CASCADE; DROP ROLE ${login}`);
    await administrator.end();
  });
  const url = new URL(databaseUrl);
  url.username = login;
  url.password = "test";
  return { url: url.href, login, administer };
}

test("an owner of the database who is no superuser migrates it, and processes work behind the walls", async () => {
  await using stack = new AsyncDisposableStack();
  const { url, login, administer } = await managedDatabase(stack, "NOSUPERUSER");
  // The roles are there already, for this server has other databases: an administrator lets the login act as them.
  await administer(`GRANT crew_system, crew_app TO ${login}`);
  await migrate(addressFromUrl(url));
  await (await openBossQueue({ address: addressFromUrl(url), log: silentLog, migrate: true }))[Symbol.asyncDispose]();
  await using system = await openTestSystem({ config: { databaseUrl: url } });
  const [ada, eve] = [await createActor(system), await createActor(system)];
  const crew = await createCrew(actingFor(system, ada), buildCrew());
  expect(await actingFor(system, ada).statements.run({ name: "test_ids", text: "SELECT id FROM crews" }, [])).toHaveLength(1);
  expect(await actingFor(system, eve).statements.run({ name: "test_ids", text: "SELECT id FROM crews" }, [])).toHaveLength(0);
  expect(crew.version).toBe(1);
  // Later migrations change rows as the owner does, whom the walls must not blind.
  const owner = new pg.Client(url);
  await owner.connect();
  expect((await owner.query("UPDATE crews SET description = 'changed by a migration'")).rowCount).toBe(1);
  await owner.end();
});

test("an installation from before the roles keeps its jobs, whose tables change hands", async () => {
  await using stack = new AsyncDisposableStack();
  const { url, login, administer } = await managedDatabase(stack, "NOSUPERUSER");
  await administer(`GRANT crew_system, crew_app TO ${login}`);
  const address = addressFromUrl(url);
  await migrate(
    address,
    readMigrations().filter(({ name }) => name < "0010"),
  );
  const former = new PgBoss({ ...address, max: 1, supervise: false, schedule: false });
  await former.start();
  await former.createQueue("kept");
  await former.send("kept", { id: 1 });
  await former.stop({ graceful: false });
  expect(await migrate(address)).toContain("0010_row_security.sql");
  await (await openBossQueue({ address, log: silentLog, migrate: true }))[Symbol.asyncDispose]();
  await using system = await openTestSystem({ config: { databaseUrl: url } });
  const { rows } = await system.pool.query("SELECT data FROM pgboss.job WHERE name = 'kept'");
  expect(rows).toEqual([{ data: { id: 1 } }]);
});

test("who may neither make the roles nor act as them is told what an administrator has to run", async () => {
  await using stack = new AsyncDisposableStack();
  const { url, login } = await managedDatabase(stack, "NOSUPERUSER");
  await expect(migrate(addressFromUrl(url))).rejects.toThrow(`GRANT crew_system, crew_app TO ${login};`);
});

test("databases of one server are migrated at the same time", async () => {
  await using stack = new AsyncDisposableStack();
  const databases = await Promise.all([1, 2, 3].map(async () => stack.use(await openTestDatabase("empty"))));
  const applied = await Promise.all(databases.map(({ databaseUrl }) => migrate(addressFromUrl(databaseUrl))));
  for (const names of applied) expect(names).toContain("0010_row_security.sql");
});

test("the role is asked for beside what an address asks for already", () => {
  expect(asSystemRole({ host: "/run" })).toEqual({ host: "/run", options: "-c role=crew_system" });
  expect(asSystemRole({ connectionString: "postgres://x/y?options=-c%20geqo%3Doff" }).connectionString).toBe(
    "postgres://x/y?options=-c+geqo%3Doff+-c+role%3Dcrew_system",
  );
});
