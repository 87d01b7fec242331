import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAccount } from "../accounts/create-account.ts";
import { createLinkedUser } from "../accounts/linked-accounts.ts";
import { makeOperator } from "../accounts/make-operator.ts";
import { getMe } from "../sessions/get-me.ts";
import { createLocalOwner } from "../workspaces/create-local-owner.ts";
import { actingFor } from "./acting-for.ts";
import type { Actor } from "./actor.ts";
import { requireOperator } from "./require-operator.ts";

let system: TestSystem;
beforeEach(async () => {
  system = await openTestSystem();
});
afterEach(() => system[Symbol.asyncDispose]());

const asks = (actor: Actor) => requireOperator(actingFor(system, actor));
const operators = async () =>
  (await system.pool.query("SELECT email FROM users WHERE is_operator ORDER BY email")).rows.map(({ email }) => email);

test("an operator is let in by a session of their own alone; the owner of a workspace is none by that [ASVS 8.2.1]", async () => {
  const owner: Actor = { ...(await createActor(system)), sessionId: "0199-a-session" };
  await expect(asks(owner)).rejects.toMatchObject({ code: "forbidden", message: expect.stringContaining("for its operators") });
  await makeOperator(system, `${owner.userId}@example.test`, true);
  await asks(owner);
  const { sessionId: _, ...token } = owner;
  const others: Actor[] = [
    { ...token, tokenSessionId: "0199-a-session" },
    { ...token, kind: "api_key", apiKeyId: "key_1" },
    { ...owner, kind: "oauth_client" },
    { ...owner, lacksSecondFactor: true },
  ];
  for (const actor of others) await expect(asks(actor)).rejects.toMatchObject({ code: "forbidden" });
  const colleague: Actor = { ...(await createActor(system, { role: "admin", workspaceId: owner.workspaceId })), sessionId: "another" };
  await expect(asks(colleague)).rejects.toMatchObject({ code: "forbidden" });
  await makeOperator(system, `${owner.userId}@example.test`, false);
  await expect(asks(owner)).rejects.toMatchObject({ code: "forbidden" });
});

test("people are told whether they operate the installation, their keys are not", async () => {
  const actor = await createActor(system);
  expect(await getMe(actingFor(system, actor))).toMatchObject({ isOperator: false });
  await makeOperator(system, `${actor.userId}@example.test`, true);
  expect(await getMe(actingFor(system, actor))).toMatchObject({ isOperator: true });
  expect(await getMe(actingFor(system, { ...actor, kind: "api_key", apiKeyId: "key_1" }))).toMatchObject({ isOperator: false });
});

test("of many who sign up at once as the first people one operates the installation, and nobody who comes later", async () => {
  const people = Array.from({ length: 8 }, (_, at) => ({ name: "Ada", email: `ada${at}@example.test` }));
  await Promise.all(
    people.map((person, at) =>
      at % 2 === 0
        ? createAccount(system, { ...person, passwordHash: "x", isVerified: false })
        : createLinkedUser(system, person, { providerId: "google", subject: person.email }),
    ),
  );
  const first = await operators();
  expect(first).toHaveLength(1);
  await createAccount(system, { name: "Eve", email: "eve@example.test", passwordHash: "x", isVerified: true });
  expect(await operators()).toEqual(first);
});

test("the owner whom an installation makes by itself operates it", async () => {
  const owner = await createLocalOwner(system);
  expect(await operators()).toEqual(["owner@local.invalid"]);
  await createAccount(system, { name: "Eve", email: "eve@example.test", passwordHash: "x", isVerified: true });
  expect(await operators()).toHaveLength(1);
  const { rows } = await system.pool.query("SELECT id FROM users WHERE is_operator");
  expect(rows).toEqual([{ id: uuidFromTypeId(owner?.userId ?? "") }]);
});
