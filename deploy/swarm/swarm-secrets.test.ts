import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type PretendedEngine, pretendEngine } from "./pretend-engine.ts";
import { initSecrets } from "./swarm-secrets.ts";

const NAMES = [
  "auth_secret",
  "master_key",
  "database_url",
  "redis_url",
  "postgres_password",
  "redis_password",
  "admin_password",
  "backup_key",
];

let engine: PretendedEngine;
beforeEach(() => {
  engine = pretendEngine();
});
afterEach(() => engine[Symbol.dispose]());

const folder = () => join(engine.folder, "secrets");
const secretOf = (name: string) => readFileSync(join(folder(), name), "utf8");
const init = (names: string[] = NAMES) => initSecrets({ stack: "trial", folder: folder(), docker: engine.docker }, names);

test("what is missing is made, random, long, and readable for its owner alone; what is there stays [ASVS 13.3.1]", async () => {
  const notes = await init();
  expect(notes.map(({ what }) => what)).toEqual(Array(8).fill("generated"));
  expect(Object.keys(engine.state().secrets ?? {}).toSorted()).toEqual(NAMES.map((name) => `trial_${name}`).toSorted());
  expect(Buffer.from(secretOf("master_key"), "base64")).toHaveLength(32);
  expect(secretOf("database_url")).toBe(`postgres://crew:${secretOf("postgres_password")}@postgres:5432/crew`);
  expect(secretOf("redis_url")).toContain(secretOf("redis_password"));
  expect(new Set(NAMES.map(secretOf)).size).toBe(NAMES.length);
  expect(readdirSync(folder()).filter((name) => (statSync(join(folder(), name)).mode & 0o077) !== 0)).toEqual([]);

  const before = NAMES.map(secretOf);
  const creations = () => engine.commands().filter((line) => line.startsWith("secret create")).length;
  const made = creations();
  expect((await init()).map(({ what }) => what)).toEqual(Array(8).fill("kept"));
  expect(NAMES.map(secretOf)).toEqual(before);
  expect(creations()).toBe(made);
});

test("no value is on a command line or in what is told", async () => {
  const notes = JSON.stringify(await init());
  const seen = `${engine.commands().join("\n")}\n${notes}`;
  expect(NAMES.filter((name) => seen.includes(secretOf(name)))).toEqual([]);
});

test("what lies there is taken, unless it is short or well known", async () => {
  mkdirSync(folder(), { mode: 0o700 });
  writeFileSync(join(folder(), "openai_api_key"), "sk-of-somebody-else-0001\n");
  expect(await init(["openai_api_key"])).toEqual([{ name: "openai_api_key", what: "from file" }]);
  for (const weak of ["short", "changeme-changeme-changeme-changeme", "a".repeat(64)]) {
    writeFileSync(join(folder(), "auth_secret"), weak);
    await expect(init(["auth_secret"])).rejects.toThrow(/too short or well known/);
  }
});

test("what cannot be made is asked for: others' keys, and the address of a database of one's own", async () => {
  await expect(init(["anthropic_api_key"])).rejects.toThrow(/given by somebody else/);
  await expect(init(["database_url"])).rejects.toThrow(/the database is not the stack's own/);
  expect(existsSync(join(folder(), "database_url"))).toBe(false);
});
