import { BOSS_SCHEMA } from "@crew/platform/database/boss-schema";
import { contractOf, FIRST_WITH_WAY_BACK } from "@crew/platform/database/compare-migrations";
import { readMigrations, statementsOf } from "@crew/platform/database/migrate";
import { describe, expect, test } from "vitest";
import { whatBreaksOlder } from "./stand-beside.ts";

/** docs/decisions/0035-expand-and-contract.md */

/** The version of pg-boss' schema that the migrations up to now stand for, and the one from which on it did. */
const BOSS_SCHEMA_SINCE = { version: 46, migration: "0001" };

const migrations = readMigrations();
const landed = migrations.map(({ sql }) => sql);

function complaints(name: string, sql: string, before: string[]): string[] {
  const isMarked = contractOf(name, sql) !== null;
  const markers = sql.match(/^-- *contract\b.*$/gim) ?? [];
  const found: string[] = [];
  if (markers.length > 0 && !isMarked) found.push("its marker gives no reason or stands too low: the first line, `-- contract: why`");
  if (isMarked && (contractOf(name, sql)?.split(" ").length ?? 0) < 4) found.push("its marker does not say why in words");
  if (!isMarked) found.push(...whatBreaksOlder(sql, before));
  if (sql.startsWith("-- no-transaction")) found.push(...whatIsNotRepeatable(sql));
  return found;
}

/** What runs outside a transaction may be cut between two statements, and is done anew from the first. */
function whatIsNotRepeatable(sql: string): string[] {
  if (sql.includes("$$")) return ["a body in a file without a transaction, which is cut at the ends of lines"];
  const statements = statementsOf(sql).map((one) => one.replaceAll(/\s+/g, " "));
  return statements.filter((one, at) => {
    if (/\bIF (NOT )?EXISTS\b|^(UPDATE|DELETE|SELECT|SET|ANALYZE|VACUUM|REINDEX|ALTER TABLE \S+ VALIDATE)\b/i.test(one)) return false;
    // An index that was cut stays behind, invalid: it is dropped before it is made.
    const index = /CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+)/i.exec(one)?.[1];
    return !statements.slice(0, at).some((other) => index && new RegExp(`^DROP INDEX CONCURRENTLY IF EXISTS ${index}$`, "i").test(other));
  });
}

test.each(
  migrations
    .slice(FIRST_WITH_WAY_BACK - 1)
    .map(({ name }) => name)
    .concat("none yet"),
)("%s: older code runs beside it, or it says why not", (name) => {
  const at = migrations.findIndex((one) => one.name === name);
  if (at >= 0) expect(complaints(name, landed[at] ?? "", landed.slice(0, at))).toEqual([]);
});

test("the migrations from before the rule cannot be gone back behind", () => {
  expect(migrations.slice(0, FIRST_WITH_WAY_BACK - 1).filter(({ contract }) => contract === null)).toEqual([]);
});

test("another schema of the job queue is a migration that is marked, since no other client of it starts on it", () => {
  const said = migrations
    .filter(({ name, contract }) => name > BOSS_SCHEMA_SINCE.migration && contract?.includes(`pg-boss schema ${BOSS_SCHEMA}`))
    .map(({ name }) => name);
  expect(BOSS_SCHEMA === BOSS_SCHEMA_SINCE.version || said.length > 0, "add one with: -- contract: pg-boss schema N …").toBe(true);
});

describe("the rule fires", () => {
  const before = [
    "CREATE TABLE things (id uuid PRIMARY KEY, name text, kind text NOT NULL CHECK (kind IN ('a', 'b')), size int DEFAULT 1);\nCREATE UNIQUE INDEX things_name ON things (name);\nCREATE INDEX things_size ON things (size);\nCREATE FUNCTION count_things() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;",
  ];
  const judge = (sql: string) => complaints("0099_probe.sql", sql, before);

  test.each([
    ["DROP TABLE things;", "drops a table"],
    ["DROP FUNCTION count_things();", "drops a function"],
    ["DROP FUNCTION IF EXISTS count_things;", "drops a function"],
    ["ALTER TABLE things DROP COLUMN name;", "drops the column things.name"],
    ["ALTER TABLE things ADD COLUMN a int, DROP COLUMN IF EXISTS name;", "drops the column things.name"],
    ["ALTER TABLE things RENAME COLUMN name TO title;", "renames something"],
    ["ALTER TABLE things RENAME TO stuff;", "renames something"],
    ["ALTER TABLE things ALTER COLUMN size TYPE bigint;", "changes the type of things.size"],
    ["ALTER TABLE things ALTER COLUMN size SET DATA TYPE bigint;", "changes the type of things.size"],
    ["ALTER TABLE things ALTER size TYPE bigint;", "changes the type of things.size"],
    ["ALTER TYPE mood ADD VALUE 'odd';", "alters a type"],
    ["ALTER TABLE things ALTER COLUMN name SET NOT NULL;", "demands things.name"],
    ["ALTER TABLE things ALTER COLUMN size DROP DEFAULT;", "takes the default of things.size away"],
    ["ALTER TABLE things ADD COLUMN weight int NOT NULL;", "demands the new column things.weight"],
    ["ALTER TABLE things ADD COLUMN a int DEFAULT 1, ADD COLUMN weight int NOT NULL;", "demands the new column things.weight"],
    ["ALTER TABLE things ADD CONSTRAINT sized CHECK (size > 0);", "narrows what things takes: CHECK (size > 0)"],
    [
      "ALTER TABLE things DROP CONSTRAINT things_kind_check;\nALTER TABLE things ADD CONSTRAINT things_kind_check CHECK (kind IN ('a', 'c'));",
      "narrows what things takes: CHECK (kind IN ('a', 'c'))",
    ],
    ["CREATE UNIQUE INDEX things_size_once ON things (size);", "makes rows of things unique"],
    ["CREATE UNIQUE INDEX ON things (lower(name));", "makes rows of things unique"],
    ["ALTER TABLE things ADD CONSTRAINT once UNIQUE (size);", "adds UNIQUE to things"],
    ["ALTER TABLE things ADD FOREIGN KEY (size) REFERENCES sizes;", "adds FOREIGN KEY to things"],
    ["DROP INDEX things_name;", "drops the unique index things_name"],
    ["ALTER TABLE things DROP CONSTRAINT things_pkey;", "drops the unique rule things_pkey"],
    ["REVOKE UPDATE ON things FROM crew_app;", "revokes a right"],
    ["DROP TRIGGER things_told ON things;", "drops the trigger things_told"],
    ["ALTER TABLE things ENABLE ROW LEVEL SECURITY;", "walls things"],
    ["DO $$ BEGIN IF true THEN ALTER TABLE things DROP COLUMN name; END IF; END $$;", "drops the column things.name"],
  ])("%s", (sql, complaint) => {
    expect(judge(sql)).toEqual([complaint]);
    expect(judge(`-- contract: versions before 0.9 still write this column\n${sql}`)).toEqual([]);
    // In a comment, and in what a new function would do, it is none.
    expect(judge(`-- ${sql.replaceAll("\n", " ")}\nSELECT 1;`)).toEqual([]);
    if (!sql.includes("$$")) expect(judge(`CREATE FUNCTION later() RETURNS void LANGUAGE sql AS $$ ${sql} $$;`)).toEqual([]);
  });

  test.each([
    "-- contract:\nDROP TABLE things;",
    "-- contract\nDROP TABLE things;",
    "-- contract: x\nDROP TABLE things;",
    "-- what follows\n-- contract: versions before 0.9 still write this column\nDROP TABLE things;",
    "SELECT 1;\n-- contract: versions before 0.9 still write this column\n",
  ])("a marker that says nothing, or is not where it is read: %s", (sql) => expect(judge(sql)).not.toEqual([]));

  test.each([
    "CREATE TABLE others (id uuid PRIMARY KEY, name text NOT NULL UNIQUE, CHECK (name <> ''));\nCREATE UNIQUE INDEX others_once ON others (id, name);\nALTER TABLE others ENABLE ROW LEVEL SECURITY;",
    "ALTER TABLE things ADD COLUMN note text;\nALTER TABLE things ADD COLUMN flag boolean NOT NULL DEFAULT false;",
    "ALTER TABLE things ADD COLUMN note text CHECK (length(note) < 9);\nCREATE UNIQUE INDEX things_note ON things (name, note);",
    "ALTER TABLE things ADD COLUMN slot int;\nALTER TABLE things ADD CONSTRAINT slots CHECK (slot > size);",
    "ALTER TABLE things ALTER COLUMN name SET DEFAULT '';\nALTER TABLE things ALTER COLUMN name SET NOT NULL;",
    "ALTER TABLE things DROP CONSTRAINT things_kind_check, ADD CONSTRAINT things_kind_check CHECK (kind IN ('a', 'b', 'c'));",
    "DROP INDEX things_size;\nCREATE INDEX things_size ON things (size, name);",
    "CREATE FUNCTION fresh() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;\nREVOKE EXECUTE ON FUNCTION fresh FROM PUBLIC;",
    "CREATE OR REPLACE FUNCTION count_things() RETURNS int LANGUAGE sql AS $$ SELECT 2 $$;",
    "GRANT SELECT ON things TO crew_app;\nUPDATE things SET name = '' WHERE name IS NULL;",
  ])("and leaves alone what older code can stand: %s", (sql) => expect(judge(sql)).toEqual([]));

  test("what runs outside a transaction can be begun anew", () => {
    expect(judge("-- no-transaction\nCREATE INDEX CONCURRENTLY a ON things (name);")).toEqual([
      "CREATE INDEX CONCURRENTLY a ON things (name)",
    ]);
    expect(judge("-- no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS a;\nCREATE INDEX CONCURRENTLY a ON things (name);")).toEqual([]);
    expect(judge("-- no-transaction\nDO $$ BEGIN NULL; END $$;")).toHaveLength(1);
  });
});
