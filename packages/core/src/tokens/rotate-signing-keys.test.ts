import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listSigningKeys } from "./list-signing-keys.ts";
import { rotateSigningKeys } from "./rotate-signing-keys.ts";

let system: TestSystem;
beforeEach(async () => {
  system = await openTestSystem();
});
afterEach(() => system[Symbol.asyncDispose]());

/** The same installation, so many days from now. */
const inDays = (days: number) => ({ ...system, now: () => new Date(Date.now() + days * 86_400_000) });
const ids = async (on: TestSystem) => (await listSigningKeys(on)).map(({ keyId }) => keyId);

test("of many processes that need the first key one makes it, and all use it", async () => {
  const seen = await Promise.all(Array.from({ length: 20 }, () => ids(system)));
  expect(new Set(seen.flat()).size).toBe(1);
});

test("the private half is sealed for its own row [ASVS 13.3.1]", async () => {
  const [key] = await listSigningKeys(system);
  const { d } = (await key?.openPrivate()) ?? {};
  const { rows } = await system.pool.query<{ text: string }>("SELECT row_to_json(k)::text AS text FROM signing_keys k");
  expect(rows[0]?.text).toContain(key?.keyId);
  expect(rows[0]?.text).not.toContain(d);
  await system.pool.query("UPDATE signing_keys SET key_id = 'another'");
  const [moved] = await listSigningKeys(system);
  await expect(moved?.openPrivate()).rejects.toThrow();
});

test("after 30 days a new key is published before it signs; the old one stays until its last token has ended [ASVS 11.1.1]", async () => {
  const [first] = await ids(system);
  await rotateSigningKeys(inDays(29));
  expect(await ids(system)).toEqual([first]);
  const later = inDays(30.01);
  await Promise.all(Array.from({ length: 10 }, () => rotateSigningKeys(later)));
  const [second, ...others] = await listSigningKeys(later);
  expect(others.map(({ keyId }) => keyId)).toEqual([first]);
  expect(second?.activeAt.getTime()).toBeGreaterThan(later.now().getTime() + 60_000);
  const minutes = (count: number) => inDays(30.01 + count / 1_440);
  await rotateSigningKeys(minutes(20));
  expect(await ids(system)).toHaveLength(2);
  await rotateSigningKeys(minutes(40));
  expect(await ids(system)).toEqual([second?.keyId]);
});
