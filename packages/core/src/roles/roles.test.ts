import { uuidFromTypeId } from "@crew/contracts/ids";
import { PERMISSIONS, type Permission, Role } from "@crew/contracts/permissions";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { hear, readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../access/actor.ts";
import { ROLE_PERMISSIONS } from "../access/require-permission.ts";
import { updateMember } from "../members/update-member.ts";
import { findMembership } from "../workspaces/find-membership.ts";
import { createRole } from "./create-role.ts";
import { deleteRole } from "./delete-role.ts";
import { listRoles } from "./list-roles.ts";
import { updateRole } from "./update-role.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const as = (actor: Actor) => ({ ...system, actor });
const auditor = { name: "Auditor", description: "Reads", permissions: ["runs:read", "audit:read", "runs:read"] as Permission[] };

test("the list has the five with what they allow, then the workspace's own, each with how many have it", async () => {
  const owner = await createActor(system);
  const viewer = await createActor(system, { role: "viewer", workspaceId: owner.workspaceId });
  const made = await createRole(as(owner), auditor);
  expect(made.permissions).toEqual(["runs:read", "audit:read"]);
  await updateMember(as(owner), { workspaceId: owner.workspaceId, userId: viewer.userId }, { role: "custom", customRoleId: made.id });
  const { data } = await listRoles(as(owner));
  expect(data.map(({ role, memberCount }) => [role, memberCount])).toEqual([
    ["owner", 1],
    ["admin", 0],
    ["builder", 0],
    ["operator", 0],
    ["viewer", 0],
    ["custom", 1],
  ]);
  for (const role of Role.options) expect(data.find((one) => one.role === role)?.permissions).toEqual(ROLE_PERMISSIONS[role]);
  expect(data.at(-1)).toMatchObject({ id: made.id, name: "Auditor" });
  expect((await readAudit(system, owner.workspaceId))[0]).toMatchObject({ action: "role.created", subject: made.id });
});

test("T-07 a role allows no more than its maker may, and never to own the workspace", async () => {
  const owner = await createActor(system);
  await expect(createRole(as(owner), { ...auditor, permissions: [...PERMISSIONS] })).rejects.toMatchObject({
    code: "invalid",
    detail: { issues: [{ message: "is the owner's alone" }] },
  });
  const maker = await createActor(system, { role: "viewer", workspaceId: owner.workspaceId });
  const own: Permission[] = ["roles:write", "members:read", "runs:read"];
  const makers = await createRole(as(owner), { ...auditor, name: "Makers", permissions: own });
  await updateMember(as(owner), { workspaceId: owner.workspaceId, userId: maker.userId }, { role: "custom", customRoleId: makers.id });
  const narrow = as({ ...maker, role: "custom", permissions: own });
  await expect(createRole(narrow, auditor)).rejects.toMatchObject({ code: "invalid", detail: { issues: [{ path: "permissions.1" }] } });
  // Nor by a role of before, nor by changing or deleting one that may more.
  await expect(createRole(as({ ...maker, permissions: ROLE_PERMISSIONS.admin }), auditor)).rejects.toMatchObject({ code: "invalid" });
  const wide = await createRole(as(owner), auditor);
  await expect(updateRole(narrow, wide.id, { permissions: ["runs:read"] })).rejects.toMatchObject({ code: "forbidden" });
  await expect(deleteRole(narrow, wide.id)).rejects.toMatchObject({ code: "forbidden" });
  await expect(updateRole(narrow, makers.id, { permissions: [...own, "audit:read"] })).rejects.toMatchObject({ code: "invalid" });
  expect((await createRole(narrow, { ...auditor, name: "Small", permissions: ["runs:read"] })).permissions).toEqual(["runs:read"]);
});

test("a change counts at once for whoever has the role", async () => {
  const owner = await createActor(system);
  const member = await createActor(system, { role: "viewer", workspaceId: owner.workspaceId });
  const role = await createRole(as(owner), auditor);
  await updateMember(as(owner), { workspaceId: owner.workspaceId, userId: member.userId }, { role: "custom", customRoleId: role.id });
  const { messages, stop } = await hear(system, `actor:${member.userId}`);
  expect(await updateRole(as(owner), role.id, { permissions: ["crews:read"] })).toMatchObject({ name: "Auditor", memberCount: 1 });
  await stop();
  expect(messages).toEqual([{ type: "revoked" }]);
  expect((await findMembership(system, member.userId, owner.workspaceId))?.customPermissions).toEqual(["crews:read"]);
});

test("a role in use stays and says by whom; names are taken once, however written; others' roles are not there", async () => {
  const owner = await createActor(system);
  const member = await createActor(system, { role: "viewer", workspaceId: owner.workspaceId, name: "Vera" });
  const role = await createRole(as(owner), auditor);
  await expect(createRole(as(owner), { ...auditor, name: "AUDITOR" })).rejects.toMatchObject({ code: "conflict" });
  const other = await createRole(as(owner), { ...auditor, name: "Other" });
  await expect(updateRole(as(owner), other.id, { name: "auditor" })).rejects.toMatchObject({ code: "conflict" });
  expect((await updateRole(as(owner), other.id, { name: "OTHER" })).name).toBe("OTHER");
  await updateMember(as(owner), { workspaceId: owner.workspaceId, userId: member.userId }, { role: "custom", customRoleId: role.id });
  await expect(deleteRole(as(owner), role.id)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("Vera") });
  await deleteRole(as(owner), other.id);
  const stranger = as(await createActor(system));
  await expect(updateRole(stranger, role.id, { name: "Mine" })).rejects.toMatchObject({ code: "not_found" });
  await expect(deleteRole(stranger, role.id)).rejects.toMatchObject({ code: "not_found" });
});

test("a workspace has at most fifty of its own [ASVS 2.3.2]", async () => {
  const owner = await createActor(system);
  await system.pool.query(
    `INSERT INTO custom_roles (id, workspace_id, name, permissions, created_at, updated_at)
     SELECT gen_random_uuid(), $1, 'Role ' || n, '{}', now(), now() FROM generate_series(1, 49) n`,
    [uuidFromTypeId(owner.workspaceId)],
  );
  await createRole(as(owner), auditor);
  await expect(createRole(as(owner), { ...auditor, name: "One more" })).rejects.toMatchObject({ code: "conflict" });
});
