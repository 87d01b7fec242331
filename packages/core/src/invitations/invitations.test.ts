import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "../access/actor.ts";
import { removeExpired } from "../maintenance/remove-expired.ts";
import { updateMember } from "../members/update-member.ts";
import { createRole } from "../roles/create-role.ts";
import { deleteRole } from "../roles/delete-role.ts";
import { acceptInvitation } from "./accept-invitation.ts";
import { createInvitation } from "./create-invitation.ts";
import { listInvitations } from "./list-invitations.ts";
import { lookupInvitation } from "./lookup-invitation.ts";
import { resendInvitation } from "./resend-invitation.ts";
import { revokeInvitation } from "./revoke-invitation.ts";
import { sendInvitationMail } from "./send-invitation-mail.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const as = (actor: Actor) => ({ ...system, actor });
const tokenOf = (link: string) => link.slice(link.indexOf("#token=") + "#token=".length);
const asViewer = (email: string) => ({ email, role: "viewer" as const, customRoleId: null });

async function emailOf({ userId }: Actor): Promise<string> {
  const { rows } = await system.pool.query("SELECT email FROM users WHERE id = $1", [uuidFromTypeId(userId)]);
  return rows[0].email;
}

/** An owner who has invited somebody with an account elsewhere. */
async function invited() {
  const owner = await createActor(system, { name: "Olga" });
  const guest = await createActor(system, { name: "Gus" });
  const email = await emailOf(guest);
  const made = await createInvitation(as(owner), asViewer(email));
  return { owner, guest, email, made, token: tokenOf(made.link) };
}

const membershipsOf = async ({ userId }: Actor) =>
  (await system.pool.query("SELECT role FROM workspace_members WHERE user_id = $1 ORDER BY created_at", [uuidFromTypeId(userId)])).rows;

describe("an invitation", () => {
  test("is accepted by its person once, who is then a member with a verified address", async () => {
    const { owner, guest, email, made, token } = await invited();
    expect(made).toMatchObject({ email, role: "viewer", state: "open", invitedBy: "Olga", acceptedAt: null });
    expect(await lookupInvitation(system, token)).toMatchObject({
      workspaceName: "Olga's workspace",
      invitedBy: "Olga",
      email,
      hasAccount: true,
    });
    expect(await acceptInvitation(as(guest), token)).toMatchObject({ id: owner.workspaceId, role: "viewer" });
    expect(await membershipsOf(guest)).toEqual([{ role: "owner" }, { role: "viewer" }]);
    await expect(acceptInvitation(as(guest), token)).rejects.toMatchObject({ code: "not_found" });
    expect((await listInvitations(as(owner), { limit: 5, state: "accepted" })).data).toMatchObject([{ id: made.id, email }]);
    expect((await listInvitations(as(owner), { limit: 5, state: "open" })).data).toEqual([]);
    expect((await readAudit(system, owner.workspaceId)).map(({ action, actor }) => [action, actor.name])).toEqual([
      ["invitation.created", "Olga"],
      ["invitation.accepted", "Gus"],
    ]);
  });

  test("T-11 keeps no token in clear: the row has its hash, and a sealed one until the mail is out", async () => {
    const { owner, email, made, token } = await invited();
    const read = async () =>
      (await system.pool.query("SELECT token_encrypted, i::text AS text FROM invitations i WHERE id = $1", [uuidFromTypeId(made.id)]))
        .rows[0];
    const before = await read();
    expect(before.token_encrypted).toMatch(/^v\d\./);
    for (const form of [token, Buffer.from(token).toString("hex"), Buffer.from(token).toString("base64")])
      for (const place of [before.text, JSON.stringify(await readAudit(system, owner.workspaceId)), JSON.stringify(await queued())])
        expect(place).not.toContain(form);
    const sent: { to: string; subject: string; text: string }[] = [];
    const mailer = { send: async (mail: (typeof sent)[number]) => void sent.push(mail) };
    await sendInvitationMail({ ...system, mailer }, { invitationId: made.id });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.to).toBe(email);
    expect(sent[0]?.text).toContain(made.link);
    // What the inviter could word is not in the mail.
    expect(sent[0]?.text).not.toContain("Olga");
    expect((await read()).token_encrypted).toBeNull();
    await sendInvitationMail({ ...system, mailer }, { invitationId: made.id });
    expect(sent).toHaveLength(1);
  });

  const queued = async () => (await system.pool.query("SELECT data FROM pgboss.job WHERE name = 'invitation-mail'")).rows;

  test("is for its address alone", async () => {
    const { token, guest } = await invited();
    const other = await createActor(system);
    await expect(acceptInvitation(as(other), token)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("is for"),
    });
    expect(await membershipsOf(other)).toHaveLength(1);
    await expect(acceptInvitation(as({ ...guest, kind: "api_key" }), token)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("that was revoked, is over or was sent anew opens nothing", async () => {
    const first = await invited();
    await revokeInvitation(as(first.owner), first.made.id);
    await expect(acceptInvitation(as(first.guest), first.token)).rejects.toMatchObject({ code: "not_found" });
    await expect(revokeInvitation(as(first.owner), first.made.id)).rejects.toMatchObject({ code: "conflict" });
    await expect(resendInvitation(as(first.owner), first.made.id)).rejects.toMatchObject({ code: "conflict" });

    const second = await invited();
    await system.pool.query("UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = $1", [
      uuidFromTypeId(second.made.id),
    ]);
    await expect(lookupInvitation(system, second.token)).rejects.toMatchObject({ code: "not_found" });
    expect((await listInvitations(as(second.owner), { limit: 5, state: "expired" })).data).toHaveLength(1);
    const again = await resendInvitation(as(second.owner), second.made.id);
    expect(again).toMatchObject({ id: second.made.id, state: "open" });
    await expect(acceptInvitation(as(second.guest), second.token)).rejects.toMatchObject({ code: "not_found" });
    await acceptInvitation(as(second.guest), tokenOf(again.link));
  });

  test.each(["", "A".repeat(43), "../../x", "' OR 1=1 --"])("is not found by %j", async (token) => {
    await expect(lookupInvitation(system, token)).rejects.toMatchObject({ code: "not_found" });
  });

  test("counts no more once its inviter may not invite", async () => {
    const owner = await createActor(system);
    const admin = await createActor(system, { role: "admin", workspaceId: owner.workspaceId });
    const guest = await createActor(system);
    const { link } = await createInvitation(as(admin), asViewer(await emailOf(guest)));
    await updateMember(as(owner), { workspaceId: owner.workspaceId, userId: admin.userId }, { role: "operator", customRoleId: null });
    await expect(acceptInvitation(as(guest), tokenOf(link))).rejects.toMatchObject({ code: "not_found" });
    expect(await membershipsOf(guest)).toHaveLength(1);
  });
});

test("what ended three months ago is swept, what is open stays", async () => {
  const old = await invited();
  const open = await invited();
  await revokeInvitation(as(old.owner), old.made.id);
  await system.pool.query("UPDATE invitations SET revoked_at = now() - interval '91 days' WHERE id = $1", [uuidFromTypeId(old.made.id)]);
  await removeExpired(system);
  expect((await listInvitations(as(old.owner), { limit: 5 })).data).toEqual([]);
  expect((await listInvitations(as(open.owner), { limit: 5 })).data).toHaveLength(1);
});

describe("inviting", () => {
  test("T-07 to more than one may oneself is refused, as is inviting without the permission", async () => {
    const owner = await createActor(system);
    const operator = await createActor(system, { role: "operator", workspaceId: owner.workspaceId });
    await expect(createInvitation(as(operator), asViewer("x@example.test"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(listInvitations(as(operator), { limit: 5 })).rejects.toMatchObject({ code: "forbidden" });
    const people = await createRole(as(owner), {
      name: "People",
      description: "",
      permissions: ["members:read", "members:write", "runs:read"],
    });
    await updateMemberDirectly(operator, people.id);
    const inviter: Actor = { ...operator, role: "custom", permissions: ["members:read", "members:write", "runs:read"] };
    await expect(createInvitation(as(inviter), { email: "x@example.test", role: "builder", customRoleId: null })).rejects.toMatchObject({
      code: "forbidden",
    });
    // Without a session that has just proven who they are, nobody invites people who will manage people.
    await expect(createInvitation(as(owner), { email: "x@example.test", role: "admin", customRoleId: null })).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  const updateMemberDirectly = (actor: Actor, roleId: string) =>
    system.pool.query("UPDATE workspace_members SET role = 'custom', custom_role_id = $1 WHERE user_id = $2", [
      uuidFromTypeId(roleId),
      uuidFromTypeId(actor.userId),
    ]);

  test("a member, or an address twice, is refused; a role that is invited to stays", async () => {
    const { owner, email, made } = await invited();
    await expect(createInvitation(as(owner), asViewer(email.toUpperCase()))).rejects.toMatchObject({ code: "conflict" });
    await expect(createInvitation(as(owner), asViewer(await emailOf(owner)))).rejects.toMatchObject({ code: "conflict" });
    await revokeInvitation(as(owner), made.id);
    const role = await createRole(as(owner), { name: "Auditor", description: "", permissions: ["runs:read"] });
    const again = await createInvitation(as(owner), { email, role: "custom", customRoleId: role.id });
    expect(again).toMatchObject({ role: "custom", customRoleName: "Auditor" });
    await expect(deleteRole(as(owner), role.id)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(email) });
    await revokeInvitation(as(owner), again.id);
    await deleteRole(as(owner), role.id);
  });

  test("stays within a workspace", async () => {
    const { made } = await invited();
    const stranger = await createActor(system);
    await expect(revokeInvitation(as(stranger), made.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(resendInvitation(as(stranger), made.id)).rejects.toMatchObject({ code: "not_found" });
    expect((await listInvitations(as(stranger), { limit: 5 })).data).toEqual([]);
  });
});
