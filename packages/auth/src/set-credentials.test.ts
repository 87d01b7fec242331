import { createLocalOwner } from "@crew/core/workspaces/create-local-owner";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Auth } from "./auth-system.ts";
import { createFirstOwner } from "./create-first-owner.ts";
import { identifyRequest } from "./identify-request.ts";
import { openAuth } from "./open-auth.ts";
import { setCredentials } from "./set-credentials.ts";

const INPUT = { name: "Ada", email: "Ada@example.test", password: "correct horse battery" };
const CLIENT = { address: null, userAgent: null };

let system: TestSystem;
let auth: Auth;

beforeEach(async () => {
  system = await openTestSystem();
  auth = openAuth(system);
});
afterEach(() => system[Symbol.asyncDispose]());

async function localOwner() {
  const owner = await createLocalOwner(system);
  const cookies = await Promise.all([0, 1].map(() => auth.startSession(owner?.userId ?? "", CLIENT)));
  const [own = "", other = ""] = cookies.map((cookie) => cookie.split(";", 1)[0]);
  const actor = await identifyRequest(system, auth, { cookie: own });
  if (!actor) throw new Error("the local owner is signed in");
  return { ctx: { ...system, actor }, own, other, ownToken: auth.cookie.read(own) ?? "" };
}

function signIn(): Promise<Response> {
  const headers = { origin: "http://localhost:3000", host: "localhost:3000" };
  const body = JSON.stringify({ email: INPUT.email, password: INPUT.password });
  return auth.handle(new Request("http://localhost:3000/api/auth/sign-in/email", { method: "POST", headers, body }), CLIENT);
}

test("the local owner becomes a person who signs in; the other sessions end", async () => {
  const { ctx, own, other, ownToken } = await localOwner();
  await setCredentials(ctx, INPUT, ownToken);
  expect(await identifyRequest(system, auth, { cookie: own })).toMatchObject({ name: "Ada", userId: ctx.actor.userId });
  expect(await identifyRequest(system, auth, { cookie: other })).toBeUndefined();
  expect((await signIn()).status).toBe(200);
  const { rows } = await system.pool.query("SELECT actor->>'userId' AS who FROM audit_events WHERE action = 'credentials.set'");
  expect(rows).toEqual([{ who: ctx.actor.userId }]);
});

test("whoever has credentials cannot set them this way, and an address that is taken changes nothing", async () => {
  const { ctx, other, ownToken } = await localOwner();
  await system.pool.query("INSERT INTO users (id, name, email) VALUES (gen_random_uuid(), 'Eve', 'ada@example.test')");
  await expect(setCredentials(ctx, INPUT, ownToken)).rejects.toMatchObject({ code: "conflict" });
  expect(await identifyRequest(system, auth, { cookie: other })).toBeDefined();
  await setCredentials(ctx, { ...INPUT, email: "ada2@example.test" }, ownToken);
  await expect(setCredentials(ctx, { ...INPUT, email: "ada3@example.test" }, ownToken)).rejects.toMatchObject({ code: "conflict" });
});

test("the operator's owner is made once, also when the first start was cut short", async () => {
  await createLocalOwner(system);
  for (let start = 0; start < 3; start++) await createFirstOwner(system, { email: INPUT.email, password: INPUT.password });
  expect((await signIn()).status).toBe(200);
  const { rows } = await system.pool.query("SELECT email, is_local_owner FROM users");
  expect(rows).toEqual([{ email: "ada@example.test", is_local_owner: false }]);
});
