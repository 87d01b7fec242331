import { uuidFromTypeId } from "@crew/contracts/ids";
import { actingFor } from "@crew/core/access/acting-for";
import type { Actor } from "@crew/core/access/actor";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { insertText, type PlantedRow, productTables, rowFor } from "@crew/testing/plant-rows";
import { sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** Tables that no verb of a workspace may look into, and why. Whoever adds one says so here. */
const CLOSED: Record<string, string> = {
  accounts: "ways to sign in: of people, not of workspaces",
  audit_tombstones: "of workspaces that are no more",
  backup_plans: "of the installation",
  backups: "of the installation",
  base_backup_standing: "of the installation",
  installation_data_keys: "of the installation",
  mailed_tokens: "ways to sign in",
  oauth_artifacts: "codes and refresh tokens of the token service",
  provider_lanes: "paces of provider keys; hold nothing of a workspace",
  restores: "of the installation",
  second_factors: "ways to sign in",
  sessions: "ways to sign in",
  sign_in_challenges: "ways to sign in",
  sign_in_flows: "ways to sign in",
  sign_in_links: "ways to sign in",
  signing_keys: "of the installation",
  socket_tickets: "ways to sign in",
  workers: "of the installation",
};
/** What stands in them beside a workspace's own rows, for everybody to read. */
const ALSO_SEEN: Record<string, string> = { tools: "workspace_id IS NULL", halts: "workspace_id IS NULL" };

let system: TestSystem;
let administrator: pg.Client;
let tables: string[];
let ada: Actor;
let eve: Actor;
const planted = new Map<string, PlantedRow>();

/** A row of Ada's in every table, so that there is something to see. */
async function plant(): Promise<void> {
  const workspace = uuidFromTypeId(ada.workspaceId);
  const run = await rowFor(administrator, "runs", { workspace_id: workspace });
  const runId = run.values[run.columns.indexOf("id")];
  // Only the walls are looked at here: keys that point elsewhere and triggers are not.
  await administrator.query("SET session_replication_role = replica");
  for (const table of tables) {
    const known = { workspace_id: workspace, run_id: runId, user_id: uuidFromTypeId(ada.userId) };
    const row = table === "runs" ? run : await rowFor(administrator, table, known);
    planted.set(table, row);
    if (!["users", "workspaces", "workspace_members"].includes(table)) await administrator.query(insertText(table, row), row.values);
  }
  await administrator.query("RESET session_replication_role");
}

beforeAll(async () => {
  system = await openTestSystem();
  ada = await createActor(system);
  eve = await createActor(system);
  administrator = new pg.Client(system.databaseUrl);
  await administrator.connect();
  tables = await productTables(administrator);
  await plant();
});
afterAll(async () => {
  await administrator.end();
  await system[Symbol.asyncDispose]();
});

const open = () => tables.filter((table) => !(table in CLOSED));
const isForeign = (table: string) => (ALSO_SEEN[table] ? sql.raw(`NOT (${ALSO_SEEN[table]})`) : sql.raw("true"));
const count = async (actor: Actor, table: string) => {
  const { rows } = await actingFor(system, actor).db.execute<{ n: string }>(
    sql`SELECT count(*) AS n FROM ${sql.identifier(table)} WHERE ${isForeign(table)}`,
  );
  return Number(rows[0]?.n);
};
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => "nothing",
    (error: { code?: string; cause?: { code?: string } }) => error.cause?.code ?? error.code,
  );
/** Of what a table without its workspace's predicate would show, all that is Eve's own. */
const OWN: Record<string, number> = { users: 1, workspaces: 1, workspace_members: 1, read_marks: 1 };

test("every table stands behind the wall, or is closed to workspaces for a reason", async () => {
  const { rows } = await administrator.query<{ name: string; forced: boolean; policies: string[] }>(
    `SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
       array(SELECT r.rolname::text FROM pg_policy p, unnest(p.polroles) role JOIN pg_roles r ON r.oid = role WHERE p.polrelid = c.oid) AS policies
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'schema_migrations'`,
  );
  const without = rows.filter(({ forced, policies }) => !forced || !policies.includes("crew_system"));
  expect(without.map(({ name }) => name)).toEqual([]);
  const closed = rows.filter(({ policies }) => !policies.includes("crew_app")).map(({ name }) => name);
  expect(closed.toSorted()).toEqual(Object.keys(CLOSED));
});

describe("T-05 with the workspace's predicate taken away [ASVS 8.4.1]", () => {
  test("its owner still reads what is theirs in every table", async () => {
    for (const table of open()) expect([table, await count(ada, table)]).toEqual([table, expect.toSatisfy((n: number) => n > 0)]);
  });

  test("another tenant reads nothing, in a statement and in a transaction", async () => {
    for (const table of open()) {
      expect([table, await count(eve, table)]).toEqual([table, OWN[table] ?? 0]);
      const inside = await actingFor(system, eve).db.transaction((db) =>
        db.execute<{ n: string }>(sql`SELECT count(*) AS n FROM ${sql.identifier(table)} WHERE ${isForeign(table)}`),
      );
      expect([table, Number(inside.rows[0]?.n)]).toEqual([table, OWN[table] ?? 0]);
    }
  });

  test("another tenant changes and deletes nothing", async () => {
    for (const table of open().filter((name) => !(name in OWN))) {
      const column = planted.get(table)?.columns[0] ?? "id";
      for (const text of [`UPDATE "${table}" SET ${column} = ${column}`, `DELETE FROM "${table}"`]) {
        const touched = await actingFor(system, eve)
          .db.execute(sql.raw(text))
          .then(
            ({ rowCount }) => rowCount,
            (error) => (error.cause?.code === "42501" ? 0 : error),
          );
        expect([text, touched]).toEqual([text, 0]);
      }
    }
    for (const table of open()) expect([table, await count(ada, table)]).toEqual([table, expect.toSatisfy((n: number) => n > 0)]);
  });

  test("another tenant puts nothing into the workspace", async () => {
    for (const table of open()) {
      const row = planted.get(table) as PlantedRow;
      const done = actingFor(system, eve).statements.run({ name: `test_insert_${table}`, text: insertText(table, row) }, row.values);
      expect([table, await refusal(done)]).toEqual([table, "42501"]);
    }
  });

  test("who belongs to no workspace, and who asks for what is closed, reads nothing", async () => {
    const nobody = { ...eve, workspaceId: system.newId("workspace") };
    for (const table of open()) expect([table, await count(nobody, table)]).toEqual([table, 0]);
    for (const table of Object.keys(CLOSED)) {
      const asked = actingFor(system, ada).db.execute(sql`SELECT FROM ${sql.identifier(table)}`);
      expect([table, await refusal(asked)]).toEqual([table, "42501"]);
    }
  });
});

describe("T-27 the roles that processes act as", () => {
  test("are what they should be, and own nothing [ASVS 13.2.2]", async () => {
    const { rows } = await administrator.query(
      `SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
         (SELECT count(*)::int FROM pg_class c WHERE c.relowner = r.oid AND c.relnamespace = 'public'::regnamespace) AS owned,
         array(SELECT b.rolname::text FROM pg_auth_members m JOIN pg_roles b ON b.oid = m.roleid WHERE m.member = r.oid) AS member_of
       FROM pg_roles r WHERE rolname IN ('crew_app', 'crew_system') ORDER BY 1`,
    );
    const bare = {
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolcanlogin: false,
      rolreplication: false,
    };
    expect(rows).toEqual(["crew_app", "crew_system"].map((rolname) => ({ rolname, ...bare, owned: 0, member_of: [] })));
    expect((await system.pool.query("SELECT current_user AS role")).rows).toEqual([{ role: "crew_system" }]);
    const inside = await actingFor(system, ada).db.execute(sql`SELECT current_user AS role`);
    expect(inside.rows).toEqual([{ role: "crew_app" }]);
  });

  test("may read and write rows, no more", async () => {
    const { rows } = await administrator.query<{ what: string }>(
      `SELECT DISTINCT privilege_type AS what FROM information_schema.role_table_grants
       WHERE grantee IN ('crew_app', 'crew_system') AND table_schema = 'public' ORDER BY 1`,
    );
    expect(rows.map(({ what }) => what)).toEqual(["DELETE", "INSERT", "SELECT", "UPDATE"]);
  });

  test.each([
    "CREATE TABLE loot (x int)",
    "CREATE FUNCTION loot() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA loot",
    "CREATE ROLE loot",
    "ALTER TABLE runs DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE runs NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY rows_of_workspace ON runs",
    "DROP TABLE runs",
    "TRUNCATE runs CASCADE",
    "COPY runs TO PROGRAM 'cat'",
    "COPY runs FROM PROGRAM 'id'",
    "COPY runs TO '/tmp/loot'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT wall_table('runs', 'true')",
  ])("%s is refused", async (text) => {
    const asSystem = await refusal(system.pool.query(text));
    const asTenant = await refusal(actingFor(system, ada).db.execute(sql.raw(text)));
    expect([asSystem, asTenant]).toEqual(["42501", "42501"]);
  });

  test.each([
    "UPDATE audit_events SET action = 'x'",
    "DELETE FROM audit_events",
    "TRUNCATE audit_events",
    "UPDATE audit_heads SET seq = 0",
    "DELETE FROM audit_links",
  ])("T-31 %s is refused [ASVS 16.4.2]", async (text) => {
    const asSystem = await refusal(system.pool.query(text));
    const asTenant = await refusal(actingFor(system, ada).db.execute(sql.raw(text)));
    expect([asSystem, asTenant]).toEqual(["42501", "42501"]);
  });
});
