import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { actingFor } from "../access/acting-for.ts";
import { getMe } from "../sessions/get-me.ts";
import { createOwnWorkspace } from "../workspaces/create-own-workspace.ts";
import { renameAccount } from "./rename-account.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

test("T-31 a person's new name is theirs everywhere, and the log of each of their workspaces tells of it once", async () => {
  const actor = await createActor(system);
  const other = await createOwnWorkspace(actingFor(system, actor), { name: "Second" });
  const ctx = actingFor(system, actor);
  for (const _ of [1, 2]) await renameAccount(ctx, { name: "Ada Lovelace" });
  expect(await getMe(ctx)).toMatchObject({ userId: actor.userId, name: "Ada Lovelace" });
  for (const workspaceId of [actor.workspaceId, other.id]) {
    const events = await readAudit(system, workspaceId);
    expect(events.filter(({ action }) => action === "account.renamed")).toMatchObject([
      { subject: actor.userId, detail: { name: "Ada Lovelace" }, actor: { userId: actor.userId, name: actor.name } },
    ]);
  }
});

test("a key or an app has no name to change", async () => {
  const actor = await createActor(system);
  const key = { ...actor, kind: "api_key" as const, apiKeyId: system.newId("key") };
  await expect(renameAccount(actingFor(system, key), { name: "Somebody" })).rejects.toMatchObject({ code: "forbidden" });
  expect(await getMe(actingFor(system, actor))).toMatchObject({ name: actor.name });
});
