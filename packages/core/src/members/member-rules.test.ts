import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Permission } from "@crew/contracts/permissions";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { hear, readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "../access/actor.ts";
import { createApiKey } from "../api-keys/create-api-key.ts";
import { findActorByApiKey } from "../api-keys/find-actor-by-api-key.ts";
import { createRole } from "../roles/create-role.ts";
import { leaveWorkspace } from "../workspaces/leave-workspace.ts";
import { transferWorkspace } from "../workspaces/transfer-workspace.ts";
import { listMembers } from "./list-members.ts";
import { removeMember } from "./remove-member.ts";
import { updateMember } from "./update-member.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const as = (actor: Actor) => ({ ...system, actor });
const to = (role: "owner" | "admin" | "builder" | "operator" | "viewer") => ({ role, customRoleId: null });
const place = ({ workspaceId, userId }: Actor) => ({ workspaceId, userId });

/** With a session in which they have just proven who they are. */
async function withSession(actor: Actor): Promise<Actor> {
  const { rows } = await system.pool.query(
    "INSERT INTO sessions (id, user_id, token_hash, expires_at) VALUES (gen_random_uuid(), $1, gen_random_uuid()::text::bytea, now() + interval '1 day') RETURNING id",
    [uuidFromTypeId(actor.userId)],
  );
  return { ...actor, sessionId: rows[0].id };
}

async function house() {
  const owner = await withSession(await createActor(system, { name: "Olga" }));
  const join = (role: "admin" | "builder" | "operator" | "viewer", name: string) =>
    createActor(system, { role, workspaceId: owner.workspaceId, name });
  return {
    owner,
    admin: await withSession(await join("admin", "Ann")),
    operator: await join("operator", "Otto"),
    viewer: await join("viewer", "Vera"),
  };
}

async function rolesOf({ workspaceId }: Actor): Promise<Record<string, string>> {
  const { rows } = await system.pool.query(
    "SELECT u.name, m.role FROM workspace_members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1",
    [uuidFromTypeId(workspaceId)],
  );
  return Object.fromEntries(rows.map(({ name, role }) => [name, role]));
}

describe("another role", () => {
  test("counts at once, for sockets and keys too, and is audited", async () => {
    const { owner, operator } = await house();
    const { key } = await createApiKey(as(operator), { name: "ci", expiresAt: null });
    expect((await findActorByApiKey(system, key))?.permissions).toContain("runs:start");
    const { messages, stop } = await hear(system, `actor:${operator.userId}`);
    expect(await updateMember(as(owner), place(operator), to("viewer"))).toMatchObject({ userId: operator.userId, role: "viewer" });
    await stop();
    expect(messages).toEqual([{ type: "revoked" }]);
    expect((await findActorByApiKey(system, key))?.permissions).not.toContain("runs:start");
    expect((await readAudit(system, owner.workspaceId)).at(-1)).toMatchObject({
      action: "member.role_changed",
      subject: operator.userId,
      detail: { from: { role: "operator" }, to: { role: "viewer" } },
    });
  });

  test("T-07 nobody gives more than they have, or touches who may more [ASVS 8.2.2]", async () => {
    const { owner, admin, operator, viewer } = await house();
    const before = await rolesOf(owner);
    await expect(updateMember(as(admin), place(viewer), to("owner"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(updateMember(as(admin), place(admin), to("owner"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(updateMember(as(admin), place(owner), to("viewer"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(removeMember(as(admin), place(owner))).rejects.toMatchObject({ code: "forbidden" });
    await expect(updateMember(as(operator), place(viewer), to("operator"))).rejects.toMatchObject({ code: "forbidden" });
    // Manages people, but may neither approve nor cancel.
    const narrow: Permission[] = ["members:read", "members:write", "runs:read", "crews:read"];
    const role = await createRole(as(owner), { name: "People", description: "", permissions: narrow });
    await updateMember(as(owner), place(viewer), { role: "custom", customRoleId: role.id });
    const people = await withSession({ ...viewer, role: "custom", permissions: narrow });
    await expect(removeMember(as(people), place(operator))).rejects.toMatchObject({ code: "forbidden" });
    await expect(updateMember(as(people), place(viewer), to("admin"))).rejects.toMatchObject({ code: "forbidden" });
    expect(await rolesOf(owner)).toEqual({ ...before, Vera: "custom" });
  });

  test("T-07 who was demoted a moment ago acts no more as what they were", async () => {
    const { owner, admin, viewer } = await house();
    await updateMember(as(owner), place(admin), to("viewer"));
    await expect(updateMember(as(admin), place(viewer), to("operator"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(removeMember(as(admin), place(viewer))).rejects.toMatchObject({ code: "forbidden" });
  });

  test("to manage people is given only by who has just proven who they are", async () => {
    const { owner, viewer } = await house();
    await system.pool.query("UPDATE sessions SET proven_at = now() - interval '1 hour' WHERE id = $1", [owner.sessionId]);
    await expect(updateMember(as(owner), place(viewer), to("admin"))).rejects.toMatchObject({ detail: { remedy: "step_up" } });
    expect((await updateMember(as(owner), place(viewer), to("builder"))).role).toBe("builder");
  });

  test("takes no custom role of another workspace, none without a name, and none beside a built-in one", async () => {
    const { owner, viewer } = await house();
    const stranger = await createActor(system);
    const foreign = await createRole(as(stranger), { name: "Theirs", description: "", permissions: ["runs:read"] });
    for (const given of [
      { role: "custom" as const, customRoleId: foreign.id },
      { role: "custom" as const, customRoleId: null },
      { role: "viewer" as const, customRoleId: foreign.id },
    ])
      await expect(updateMember(as(owner), place(viewer), given)).rejects.toMatchObject({ code: "invalid" });
    await expect(updateMember(as(owner), place(stranger), to("viewer"))).rejects.toMatchObject({ code: "not_found" });
    await expect(updateMember(as(owner), { workspaceId: owner.workspaceId, userId: stranger.userId }, to("viewer"))).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("the last owner", () => {
  test("stays: neither goes nor becomes less", async () => {
    const { owner } = await house();
    await expect(leaveWorkspace(as(owner), owner.workspaceId)).rejects.toMatchObject({ code: "conflict" });
    await expect(updateMember(as(owner), place(owner), to("viewer"))).rejects.toMatchObject({ code: "conflict" });
    expect((await rolesOf(owner)).Olga).toBe("owner");
  });

  test("gives the workspace to a member, becomes an admin, and may then go", async () => {
    const { owner, operator } = await house();
    expect(await transferWorkspace(as(owner), owner.workspaceId, { userId: operator.userId })).toMatchObject({ role: "admin" });
    expect(await rolesOf(owner)).toMatchObject({ Olga: "admin", Otto: "owner" });
    await expect(transferWorkspace(as(owner), owner.workspaceId, { userId: operator.userId })).rejects.toMatchObject({ code: "forbidden" });
    await leaveWorkspace(as({ ...owner, role: "admin" }), owner.workspaceId);
    expect(await rolesOf(owner)).not.toHaveProperty("Olga");
    expect((await readAudit(system, owner.workspaceId)).map(({ action }) => action)).toEqual(["workspace.transferred", "member.left"]);
  });
});

describe("a removed member", () => {
  test("T-29 takes their keys along, for good", async () => {
    const { owner, operator } = await house();
    const { key, id } = await createApiKey(as(operator), { name: "ci", expiresAt: null });
    expect(await findActorByApiKey(system, key)).toBeDefined();
    const { messages, stop } = await hear(system, `actor:${id}`);
    await removeMember(as(owner), place(operator));
    await stop();
    expect(messages).toEqual([{ type: "revoked" }]);
    expect(await findActorByApiKey(system, key)).toBeUndefined();
    await system.pool.query("INSERT INTO workspace_members (workspace_id, user_id, role, created_at) VALUES ($1, $2, 'operator', now())", [
      uuidFromTypeId(owner.workspaceId),
      uuidFromTypeId(operator.userId),
    ]);
    expect(await findActorByApiKey(system, key)).toBeUndefined();
    expect((await readAudit(system, owner.workspaceId)).at(-1)).toMatchObject({ action: "member.removed", detail: { apiKeys: 1 } });
  });

  test("is not oneself: one leaves", async () => {
    const { admin } = await house();
    await expect(removeMember(as(admin), place(admin))).rejects.toMatchObject({ code: "conflict" });
  });
});

test("the list comes in pages, with who has a second factor and when they were last here", async () => {
  const { owner, viewer } = await house();
  const first = await listMembers(as(viewer), owner.workspaceId, { limit: 3 });
  const rest = await listMembers(as(viewer), owner.workspaceId, { limit: 3, cursor: first.nextCursor ?? "" });
  const all = [...first.data, ...rest.data];
  expect(all.map(({ name }) => name).toSorted()).toEqual(["Ann", "Olga", "Otto", "Vera"]);
  expect(rest.nextCursor).toBeNull();
  expect(all.find(({ name }) => name === "Olga")).toMatchObject({ role: "owner", secondFactor: false, lastSeenAt: expect.any(String) });
  expect(all.find(({ name }) => name === "Vera")).toMatchObject({ role: "viewer", customRoleId: null, lastSeenAt: null });
  const stranger = await createActor(system);
  await expect(listMembers(as(stranger), owner.workspaceId, { limit: 3 })).rejects.toMatchObject({ code: "not_found" });
});
