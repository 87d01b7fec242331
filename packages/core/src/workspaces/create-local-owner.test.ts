import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { openTestSystem } from "@crew/testing/open-test-system";
import { expect, test } from "vitest";
import { userActor } from "../access/user-actor.ts";
import { listCrews } from "../crews/list-crews.ts";
import { createSignInLink } from "../sessions/create-sign-in-link.ts";
import { getInstallation } from "../sessions/get-installation.ts";
import { getMe } from "../sessions/get-me.ts";
import { redeemSignInLink } from "../sessions/redeem-sign-in-link.ts";
import { createLocalOwner } from "./create-local-owner.ts";
import { findMembership } from "./find-membership.ts";

test("several starts, also at once, make one owner with one workspace and the examples", async () => {
  await using system = await openTestSystem();
  const owners = await Promise.all([1, 2, 3, 4].map(() => createLocalOwner(system)));
  owners.push(await createLocalOwner(system));
  expect(new Set(owners.map((owner) => JSON.stringify(owner))).size).toBe(1);
  const membership = await findMembership(system, owners[0]?.userId ?? "");
  if (!membership) throw new Error("the owner has no workspace");
  const ctx = { ...system, actor: userActor(membership) };
  expect(await getMe(ctx)).toMatchObject({ isLocalOwner: true, email: null, workspace: { id: owners[0]?.workspaceId, role: "owner" } });
  expect((await listCrews(ctx, { limit: 10 })).data).toHaveLength(3);
});

test("a start that was cut short after the person is completed by the next", async () => {
  await using system = await openTestSystem();
  const userId = system.newId("user");
  const insert = {
    name: "test_half_owner",
    text: "INSERT INTO users (id, name, email, is_local_owner) VALUES ($1, 'Owner', 'owner@local.invalid', true)",
  };
  await system.statements.run(insert, [uuidFromTypeId(userId)]);
  const owner = await createLocalOwner(system);
  expect(owner?.userId).toBe(userId);
  expect(await findMembership(system, userId)).toMatchObject({ workspaceId: owner?.workspaceId, role: "owner" });
});

test("a link signs the owner in once, within ten minutes", async () => {
  await using system = await openTestSystem();
  const owner = await createLocalOwner(system);
  const { token, expiresAt } = await createSignInLink(system);
  expect(new Date(expiresAt).getTime() - Date.now()).toBeGreaterThan(590_000);
  const both = await Promise.allSettled([redeemSignInLink(system, token), redeemSignInLink(system, token)]);
  expect(both.filter(({ status }) => status === "fulfilled")).toMatchObject([{ value: { userId: owner?.userId } }]);
  expect(both.filter(({ status }) => status === "rejected")).toMatchObject([{ reason: { code: "unauthenticated" } }]);
  const late = await createSignInLink(system);
  const later = { ...system, now: () => new Date(Date.now() + 601_000) };
  await expect(redeemSignInLink(later, late.token)).rejects.toMatchObject({ code: "unauthenticated" });
  await expect(redeemSignInLink(system, "no-such-link")).rejects.toMatchObject({ code: "unauthenticated" });
  const stored = await system.statements.run<{ row: string }>(
    { name: "test_links", text: "SELECT row_to_json(l)::text AS row FROM sign_in_links l" },
    [],
  );
  expect(JSON.stringify(stored)).not.toContain(late.token);
});

test("an owner who has chosen e-mail and password is not made anew, and links end", async () => {
  await using system = await openTestSystem();
  await createLocalOwner(system);
  const { token } = await createSignInLink(system);
  await system.statements.run({ name: "test_credentials", text: "UPDATE users SET is_local_owner = false, email = 'a@example.test'" }, []);
  expect(await createLocalOwner(system)).toBeUndefined();
  await expect(createSignInLink(system)).rejects.toMatchObject({ code: "conflict" });
  await expect(redeemSignInLink(system, token)).rejects.toMatchObject({ code: "unauthenticated" });
});

test("a stranger may sign up where it is open, or where nobody is yet", async () => {
  await using system = await openTestSystem();
  const isOpen = async (signUp: "open" | "invite" | "first-user") =>
    (await getInstallation({ ...system, installation: { ...system.installation, signUp } })).signUpOpen;
  expect([await isOpen("open"), await isOpen("invite"), await isOpen("first-user")]).toEqual([true, false, true]);
  await createActor(system);
  expect([await isOpen("open"), await isOpen("invite"), await isOpen("first-user")]).toEqual([true, false, false]);
  expect(await getInstallation(system)).toMatchObject({ mode: "distributed", version: system.installation.version });
});
