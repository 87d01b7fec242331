import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { openTestDatabase } from "@crew/testing/open-test-database";
import pg from "pg";
import { expect, test } from "vitest";
import { filesIn, ownPackages, read, root } from "./source-tree.ts";

const documents = filesIn().filter((path) => path.endsWith(".md"));

/** What the first part of a path in this repository can be. */
const TOP = /^(apps|packages|docs|tests|scripts|deploy|\.ci)\//;
/** Made when something is built or run. */
const GENERATED = /^(apps\/web\/(out|\.next)|docs\/images)(\/|$)/;

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
