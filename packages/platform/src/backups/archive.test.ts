import { randomBytes } from "node:crypto";
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCrew } from "@crew/core/crews/create-crew";
import { createSecret } from "@crew/core/secrets/create-secret";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestDatabase } from "@crew/testing/open-test-database";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCopyClient, readTableShapes } from "../database/copy-tables.ts";
import { addressFromUrl } from "../database/open-pool.ts";
import { keyIdOf } from "../secrets/sealing-key.ts";
import { MAGIC } from "./archive-format.ts";
import { LEFT_OUT } from "./carried-tables.ts";
import { compareDatabase } from "./compare-database.ts";
import { type CreatedArchive, createArchive } from "./create-archive.ts";
import { fillDatabase } from "./fill-database.ts";
import { folderPlace, openArchiveFile } from "./folder-place.ts";
import { openSealedSecrets } from "./open-sealed-secrets.ts";
import { verifyByReading, verifyByRestoring } from "./verify-archive.ts";

const NAME = "one.crewbackup";
const key = randomBytes(32);
let stack: AsyncDisposableStack;
let system: TestSystem;
let folder: string;
let created: CreatedArchive;
let masterKeys: [Buffer];

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(temporaryDataDir()).path;
  system = stack.use(await openTestSystem());
  masterKeys = [system.config.secrets?.masterKey as Buffer];
  const ctx = { ...system, actor: await createActor(system) };
  await createSecret(ctx, { name: "CANARY", value: "a secret that must open", description: "tab\tand\nline \\ end", hosts: [] });
  for (let index = 0; index < 40; index++) await createCrew(ctx, buildCrew({ name: `Crew ${index}` }));
  // More than one chunk, of what does not shrink.
  const noise = randomBytes(1_500_000).toString("base64");
  await system.pool.query("UPDATE crews SET description = $1 WHERE name = 'Crew 7'", [noise]);
  created = await create(NAME);
});
afterAll(() => stack.disposeAsync());

const create = (name: string) =>
  createArchive({ address: addressFromUrl(system.databaseUrl), place: folderPlace(folder), name, backupId: system.newId("backup"), key });
const source = (name = NAME) => openArchiveFile(join(folder, name));
const problemOf = async (name: string, keys = [key]) =>
  verifyByReading(await source(name), keys).then(
    () => "nothing",
    (error: Error) => error.message,
  );
/** A copy of the archive with something done to it. */
function spoilt(name: string, spoil: (path: string, bytes: Buffer) => void): string {
  const path = join(folder, name);
  copyFileSync(join(folder, NAME), path);
  spoil(path, readFileSync(path));
  return name;
}
/** Where each sealed chunk begins and ends. */
function chunksOf(bytes: Buffer): [number, number][] {
  const found: [number, number][] = [];
  for (let at = MAGIC.length + 4 + bytes.readUInt32BE(MAGIC.length); at < bytes.length; ) {
    const end = at + 4 + (bytes.readUInt32BE(at) & 0x7fff_ffff) + 16;
    found.push([at, end]);
    at = end;
  }
  return found;
}

test("an empty database that is filled with an archive has every row, and its secrets open", { timeout: 120_000 }, async () => {
  await using empty = await openTestDatabase("empty");
  const address = addressFromUrl(empty.databaseUrl);
  const manifest = await fillDatabase({ address, source: await source(), keys: [key] });
  expect(manifest).toEqual(created.manifest);
  expect(await compareDatabase(address, manifest)).toEqual([]);
  expect(manifest.tables.find(({ table }) => table === "crews")?.rows).toBe(40);
  expect(await openSealedSecrets(address, masterKeys)).toMatchObject({ secrets: 1 });
  // What guards the rows is back.
  const client = new pg.Client(empty.databaseUrl);
  await client.connect();
  await expect(client.query("DELETE FROM audit_events")).rejects.toThrow("only grows");
  await expect(client.query("UPDATE crews SET workspace_id = gen_random_uuid()")).rejects.toThrow("foreign key");
  const { rows } = await client.query(
    "SELECT count(*)::int AS open FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relforcerowsecurity AND relname <> 'schema_migrations'",
  );
  expect(rows).toEqual([{ open: 0 }]);
  await client.end();
});

test("nothing that was restored goes unseen: a changed, a missing and an added row are named by their table", {
  timeout: 120_000,
}, async () => {
  await using empty = await openTestDatabase("empty");
  const address = addressFromUrl(empty.databaseUrl);
  const manifest = await fillDatabase({ address, source: await source(), keys: [key] });
  await using client = await openCopyClient(address);
  await client.query(
    "UPDATE crews SET description = 'other' WHERE name = 'Crew 3'; DELETE FROM tasks WHERE position = 0; INSERT INTO installation_data_keys VALUES ('x', 'y', 0, now())",
  );
  const found = (await compareDatabase(address, manifest)).join(" ");
  expect(found).toContain("The rows of the table crews are not those that were saved.");
  expect(found).toMatch(/The table tasks has \d+ rows instead of \d+\./);
  expect(found).toMatch(/The table installation_data_keys has 1 rows instead of 0\./);
});

test("a flipped byte, a cut file, a missing chunk, two that changed places, and a wrong key are each told by name", {
  timeout: 120_000,
}, async () => {
  const intact = readFileSync(join(folder, NAME));
  const chunks = chunksOf(intact);
  expect(chunks.length).toBeGreaterThan(3);
  const [second, third] = [chunks[1] as [number, number], chunks[2] as [number, number]];
  spoilt("flipped", (path, bytes) => {
    bytes[second[0] + 1000] = (bytes[second[0] + 1000] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  });
  expect(await problemOf("flipped")).toMatch(/^Chunk 1 of the archive was changed\..* in the table crews\.$/);
  spoilt("cut", (path) => truncateSync(path, third[0] + 100));
  expect(await problemOf("cut")).toMatch(/^The archive ends within chunk 2: it was cut off/);
  spoilt("ended", (path) => truncateSync(path, third[0]));
  expect(await problemOf("ended")).toMatch(/^The archive ends within chunk 2/);
  spoilt("gap", (path, bytes) => writeFileSync(path, Buffer.concat([bytes.subarray(0, second[0]), bytes.subarray(second[1])])));
  expect(await problemOf("gap")).toMatch(/^Chunk 1 of the archive is missing: in its place stands chunk 2\./);
  spoilt("swapped", (path, bytes) => {
    const [a, b] = [bytes.subarray(...second), bytes.subarray(...third)];
    writeFileSync(path, Buffer.concat([bytes.subarray(0, second[0]), b, a, bytes.subarray(third[1])]));
  });
  expect(await problemOf("swapped")).toMatch(/^Chunk 1 of the archive is missing/);
  spoilt("longer", (path, bytes) => writeFileSync(path, Buffer.concat([bytes, bytes.subarray(-100)])));
  expect(await problemOf("longer")).toMatch(/^Something follows the last chunk/);
  spoilt("header", (path, bytes) =>
    writeFileSync(
      path,
      Buffer.from(bytes.toString("latin1").replace('"format":1,', '"format":1 ,').replace('"deflate"}', '"deflate"'), "latin1"),
    ),
  );
  expect(await problemOf("header")).toMatch(/damaged/);
  spoilt("renamed", (path, bytes) => writeFileSync(path, Buffer.from(bytes.toString("latin1").replace("backup_0", "backup_1"), "latin1")));
  expect(await problemOf("renamed")).toMatch(/^Chunk 0 of the archive was changed, or the header before it was\./);
  const other = randomBytes(32);
  expect(await problemOf(NAME, [other])).toBe(
    `Wrong key: this archive needs the key ${keyIdOf(key)}, and those at hand are ${keyIdOf(other)}. Set it as CREW_BACKUP_KEY, or as a master key if it was one.`,
  );
  expect(await problemOf(NAME, [other, key])).toBe("nothing");
});

test("what fails half-way leaves no row, and can be tried again; a database that is in use is refused", { timeout: 120_000 }, async () => {
  await using empty = await openTestDatabase("empty");
  const address = addressFromUrl(empty.databaseUrl);
  const end = chunksOf(readFileSync(join(folder, NAME))).at(-1) as [number, number];
  spoilt("late", (path) => truncateSync(path, end[0] + 10));
  await expect(fillDatabase({ address, source: await source("late"), keys: [key] })).rejects.toThrow("it was cut off");
  await fillDatabase({ address, source: await source(), keys: [key] });
  await expect(fillDatabase({ address, source: await source(), keys: [key] })).rejects.toThrow(
    "The database is not empty: it has the table agents.",
  );
});

test("it is verified in a database of its own, which is gone afterwards; without the master key it is not", {
  timeout: 120_000,
}, async () => {
  const address = addressFromUrl(system.databaseUrl);
  const scratch = async () =>
    (
      await system.pool.query(
        "SELECT datname FROM pg_database WHERE datname LIKE 'crew_verify_' || (SELECT oid FROM pg_database WHERE datname = current_database()) || '%'",
      )
    ).rows;
  const { manifest, opened } = await verifyByRestoring({ source: await source(), keys: [key], address, masterKeys });
  expect(manifest).toEqual(created.manifest);
  expect(opened).toMatchObject({ secrets: 1 });
  await expect(verifyByRestoring({ source: await source(), keys: [key], address, masterKeys: [randomBytes(32)] })).rejects.toThrow(
    `were wrapped with ${keyIdOf(masterKeys[0])}`,
  );
  await expect(verifyByRestoring({ source: await source("gap"), keys: [key], address, masterKeys })).rejects.toThrow("is missing");
  expect(await scratch()).toEqual([]);
});

test("every table is in the archive, or is left out for a reason", { timeout: 120_000 }, async () => {
  await using client = await openCopyClient(addressFromUrl(system.databaseUrl));
  const all = (await readTableShapes(client)).map(({ table }) => table);
  const carried = created.manifest.tables.map(({ table }) => table);
  expect([...carried, ...Object.keys(LEFT_OUT)].toSorted()).toEqual(all.toSorted());
});

test("no secret and no text stands in the file in clear", () => {
  const bytes = readFileSync(join(folder, NAME));
  expect(bytes.includes("Crew 7") || bytes.includes("CANARY") || bytes.includes("example.test") || bytes.includes(key)).toBe(false);
});
