import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { openTestDatabase } from "@crew/testing/open-test-database";
import pg from "pg";
import { expect, test } from "vitest";
import { readSchema } from "../scripts/draw-tables.ts";
import { filesIn, ownPackages, read, root } from "./source-tree.ts";

const documents = filesIn().filter((path) => path.endsWith(".md"));

/** What the first part of a path in this repository can be. */
const TOP = /^(apps|packages|docs|tests|scripts|deploy|\.ci)\//;
/** Made when something is built or run. */
const GENERATED = /^(apps\/web\/(out|\.next)|docs\/images|deploy\/(secrets|\.state))(\/|$)/;

test.each(documents)("%s cites only paths that exist", (document) => {
  const text = read(document);
  const quoted = [...text.matchAll(/`([^`\s]+)`/g)]
    .map(([, path]) => path ?? "")
    .filter((path) => TOP.test(path) && !/[*<>{}…$]/.test(path));
  const dead = quoted.map((path) => path.replace(/[:#].*$/, "")).filter((path) => !GENERATED.test(path) && !existsSync(join(root, path)));
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => (target ?? "").replace(/#.*$/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target));
  const deadLinks = links.filter((target) => {
    const path = normalize(join(dirname(document), target));
    return !GENERATED.test(path) && !existsSync(join(root, path));
  });
  expect([...dead, ...deadLinks]).toEqual([]);
});

test("every decision has a number of its own and names what keeps it", () => {
  const decisions = documents.filter((path) => /^docs\/decisions\/\d{4}-[a-z0-9-]+\.md$/.test(path));
  const numbers = decisions.map((path) => path.slice("docs/decisions/".length, "docs/decisions/".length + 4));
  expect(new Set(numbers).size).toBe(decisions.length);
  expect(decisions.filter((path) => !/^## Kept by$/m.test(read(path)))).toEqual([]);
});

test("README.md leads to every document", () => {
  const linked = read("README.md");
  const tops = documents.filter((path) => /^(docs\/[^/]+|CONTRIBUTING|CHANGELOG)\.md$/.test(path));
  expect(tops.length).toBeGreaterThan(7);
  expect(tops.filter((path) => !linked.includes(`](${path})`))).toEqual([]);
});

test("every service and package has its line in docs/architecture.md", () => {
  const text = read("docs/architecture.md");
  expect(
    ownPackages()
      .map(({ folder }) => folder)
      .filter((folder) => !text.includes(`\`${folder}\``)),
  ).toEqual([]);
});

test("docs/database.md names the columns that a migrated database has", async () => {
  await using database = await openTestDatabase();
  const client = new pg.Client({ connectionString: database.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    "SELECT table_name AS name, array_agg(column_name::text ORDER BY ordinal_position) AS columns FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_migrations' GROUP BY 1 ORDER BY 1",
  );
  await client.end();
  const part = /<!-- generated: tables -->([\s\S]*)<!-- end of tables -->/.exec(read("docs/database.md"))?.[1] ?? "";
  const told = [...part.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name, columns]) => ({
    name,
    columns: columns?.replaceAll("`", "").split(" "),
  }));
  const byName = (a: { name?: string }, b: { name?: string }) => (String(a.name) < String(b.name) ? -1 : 1);
  expect(told.toSorted(byName)).toEqual(rows.toSorted(byName));
});

test("docs/database.md draws the references that a migrated database has", async () => {
  await using database = await openTestDatabase();
  const client = new pg.Client({ connectionString: database.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ line: string }>(
    `SELECT format('%s -> %s (%s)%s', conrelid::regclass, confrelid::regclass, (SELECT string_agg(attname, ', ' ORDER BY at) FROM unnest(conkey) WITH ORDINALITY k (num, at) JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = num),
       CASE WHEN EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = conrelid AND a.attnum = ANY (conkey) AND NOT a.attnotnull) THEN ' or none' END) AS line
     FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
  );
  await client.end();
  const known = readSchema().references.map(
    ({ from, to, columns, isOptional }) => `${from} -> ${to} (${columns.join(", ")})${isOptional ? " or none" : ""}`,
  );
  expect(known.toSorted()).toEqual(rows.map(({ line }) => line).toSorted());
});

test("docs/database.md says of all that the sweep removes when it ends", () => {
  const sweep = read("packages/core/src/maintenance/remove-expired.ts");
  const days = new Map([...sweep.matchAll(/^const (\w+_DAYS) = (\d+);$/gm)].map(([, name, count]) => [name, Number(count)]));
  const body = sweep.slice(sweep.indexOf("export async function removeExpired("));
  const calls = [...body.matchAll(/await (\w+)\([^,)]*(?:, (\w+_DAYS))?/g)].map(([, name, limit]) => ({ name, days: days.get(limit) }));
  expect(calls.length).toBeGreaterThan(10);
  const part = /^## Retention$([\s\S]*?)^## /m.exec(read("docs/database.md"))?.[1] ?? "";
  const told = [...part.matchAll(/^\| .* \| (.*) \| `(\w+)` \|$/gm)].map(([, ends = "", name]) => ({
    name,
    days: /^(\d+) days?\b/.test(ends) ? Number.parseInt(ends, 10) : undefined,
  }));
  const byName = (a: { name?: string }, b: { name?: string }) => (String(a.name) < String(b.name) ? -1 : 1);
  expect(told.toSorted(byName), "a line of the table under Retention for each call of the sweep, with its days").toEqual(
    calls.toSorted(byName),
  );
});

test("docs/database.md names indexes of the queue that there are", async () => {
  await using database = await openTestDatabase();
  const client = new pg.Client({ connectionString: database.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ name: string }>("SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public'");
  await client.end();
  const part = /^## The indexes of the queue$([\s\S]*?)^## /m.exec(read("docs/database.md"))?.[1] ?? "";
  const told = [...part.matchAll(/`(runs_\w+)`/g)].map((match) => match[1]);
  expect(told.length).toBeGreaterThan(6);
  expect(told.filter((name) => !rows.some((row) => row.name === name))).toEqual([]);
});
