import { rotateSigningKeys } from "@crew/core/tokens/rotate-signing-keys";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { accessTokens } from "./access-tokens.ts";

let system: TestSystem;
beforeEach(async () => {
  system = await openTestSystem();
});
afterEach(async () => {
  vi.useRealTimers();
  await system[Symbol.asyncDispose]();
});

async function personWithSession() {
  const actor = await createActor(system);
  const { rows } = await system.pool.query<{ id: string }>(
    "INSERT INTO sessions (id, user_id, token_hash, expires_at) SELECT gen_random_uuid(), id, 'ring', now() + interval '90 days' FROM users WHERE email = $1 RETURNING id",
    [`${actor.userId}@example.test`],
  );
  return { ...actor, sessionId: rows[0]?.id ?? "" };
}
const kidOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;
const later = (ms: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });

test("a token of one process is understood by another that was open before the key was made", async () => {
  const [one, other] = [accessTokens(system), accessTokens(system)];
  const { token } = await one.issue(await personWithSession());
  expect(await other.verify(token)).toBeDefined();
});

test("through a rotation no token is refused, old or new, by whichever process", async () => {
  const person = await personWithSession();
  const [one, other] = [accessTokens(system), accessTokens(system)];
  const before = await one.issue(person);
  expect(await other.verify(before.token)).toBeDefined();
  later(31 * 86_400_000);
  const last = await one.issue(person);
  await rotateSigningKeys(system);
  expect(kidOf(last.token)).toBe(kidOf(before.token));
  later(3 * 60_000);
  const first = await one.issue(person);
  expect(kidOf(first.token)).not.toBe(kidOf(last.token));
  for (const { token } of [last, first]) expect(await other.verify(token)).toBeDefined();
  expect((await one.keys.published()).map(({ kid }) => kid)).toEqual([kidOf(first.token), kidOf(last.token)]);
});

test("guesses at keys do not become questions to the database", async () => {
  const tokens = accessTokens(system);
  await tokens.keys.current();
  const run = vi.spyOn(system.statements, "run");
  for (let i = 0; i < 50; i++) expect(await tokens.keys.find(`${"A".repeat(41)}${i + 10}`)).toBeUndefined();
  expect(run).not.toHaveBeenCalled();
  later(2_500);
  await Promise.all(Array.from({ length: 50 }, () => tokens.keys.find("B".repeat(43))));
  expect(run).toHaveBeenCalledTimes(1);
});
