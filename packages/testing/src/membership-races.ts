import type { Actor } from "@crew/core/access/actor";
import { ROLE_PERMISSIONS } from "@crew/core/access/require-permission";
import { createApiKey } from "@crew/core/api-keys/create-api-key";
import { findActorByApiKey } from "@crew/core/api-keys/find-actor-by-api-key";
import { revokeApiKey } from "@crew/core/api-keys/revoke-api-key";
import { rotateApiKey } from "@crew/core/api-keys/rotate-api-key";
import { acceptInvitation } from "@crew/core/invitations/accept-invitation";
import { createInvitation } from "@crew/core/invitations/create-invitation";
import { removeMember } from "@crew/core/members/remove-member";
import { updateMember } from "@crew/core/members/update-member";
import { createRole } from "@crew/core/roles/create-role";
import { deleteRole } from "@crew/core/roles/delete-role";
import { leaveWorkspace } from "@crew/core/workspaces/leave-workspace";
import { transferWorkspace } from "@crew/core/workspaces/transfer-workspace";
import { createActor } from "./actors.ts";
import type { TestSystem } from "./open-test-system.ts";
import { atOnce, audited, expectSame, expectWinners, one, type Race } from "./race.ts";

/** The races on who is in a workspace, as what, and with which keys; `tests/races` runs many more rounds of the same. */
export const MEMBERSHIP_RACES: Record<string, Race> = {
  "one invitation is accepted once": async (system) => {
    const owner = await createActor(system);
    const guest = await createActor(system);
    const email = await one(system, "SELECT email AS value FROM users WHERE id = $1", guest.userId);
    const { link } = await createInvitation({ ...system, actor: owner }, { email: String(email), role: "viewer", customRoleId: null });
    const token = link.slice(link.indexOf("=") + 1);
    expectWinners(1, await atOnce(() => acceptInvitation({ ...system, actor: guest }, token)));
    expectSame("accepted in the log", await audited(system, owner, "invitation.accepted"), 1);
    expectSame(
      "memberships",
      await one(system, "SELECT count(*)::int AS value FROM workspace_members WHERE user_id = $1", guest.userId),
      2,
    );
  },
  "of two owners who go or are made less at once, one stays": async (system) => {
    const [ada, bob] = await twoOwners(system);
    const place = ({ workspaceId, userId }: Actor) => ({ workspaceId, userId });
    const viewer = { role: "viewer" as const, customRoleId: null };
    const moves = [
      () => leaveWorkspace({ ...system, actor: ada }, ada.workspaceId),
      () => leaveWorkspace({ ...system, actor: bob }, ada.workspaceId),
      () => updateMember({ ...system, actor: ada }, place(bob), viewer),
      () => updateMember({ ...system, actor: bob }, place(ada), viewer),
      () => removeMember({ ...system, actor: ada }, place(bob)),
      () => removeMember({ ...system, actor: bob }, place(ada)),
    ];
    await atOnce((i) => (moves[(i * 7) % moves.length] as () => Promise<unknown>)());
    expectSame("owners", await owners(system, ada.workspaceId), 1);
  },
  "a workspace is given away once": async (system) => {
    const owner = await createActor(system);
    const heirs: Actor[] = [];
    for (let i = 0; i < 5; i++) heirs.push(await createActor(system, { role: "builder", workspaceId: owner.workspaceId }));
    const ctx = { ...system, actor: owner };
    const give = (i: number) => transferWorkspace(ctx, owner.workspaceId, { userId: heirs[i % heirs.length]?.userId ?? "" });
    expectWinners(1, await atOnce(give));
    expectSame("owners", await owners(system, owner.workspaceId), 1);
    expectSame("transfers in the log", await audited(system, owner, "workspace.transferred"), 1);
  },
  "a key is replaced once, and the winner's new one works": async (system) => {
    const ctx = { ...system, actor: await createActor(system) };
    const made = await createApiKey(ctx, { name: "ci", expiresAt: null });
    const fresh: string[] = [];
    const rotate = async () => {
      fresh.push((await rotateApiKey(ctx, made.id, { prefix: made.prefix })).key);
    };
    expectWinners(1, await atOnce(rotate));
    expectSame("the old key's holder", await findActorByApiKey(system, made.key), undefined);
    expectSame("the new key's id", (await findActorByApiKey(system, fresh[0] ?? ""))?.apiKeyId, made.id);
  },
  "a key is revoked once, also while it is replaced": async (system) => {
    const ctx = { ...system, actor: await createActor(system) };
    const made = await createApiKey(ctx, { name: "ci", expiresAt: null });
    const fresh: string[] = [];
    const outcomes = await atOnce(async (i) => {
      if (i % 10 === 3) fresh.push((await rotateApiKey(ctx, made.id, { prefix: made.prefix })).key);
      else await revokeApiKey(ctx, made.id);
    });
    expectSame("revocations in the log", await audited(system, ctx.actor, "api_key.revoked"), 1);
    expectSame("winners", outcomes, 1 + fresh.length);
    for (const key of [made.key, ...fresh]) expectSame("a revoked key's holder", await findActorByApiKey(system, key), undefined);
  },
  "a role goes or is given, never both": async (system) => {
    const owner = await createActor(system);
    const member = await createActor(system, { role: "viewer", workspaceId: owner.workspaceId });
    const ctx = { ...system, actor: owner };
    const role = await createRole(ctx, { name: "Auditor", description: "", permissions: ["runs:read"] });
    const target = { workspaceId: owner.workspaceId, userId: member.userId };
    await atOnce((i) =>
      i % 2 === 0 ? deleteRole(ctx, role.id) : updateMember(ctx, target, { role: "custom", customRoleId: role.id }).then(() => null),
    );
    const left = await one(system, "SELECT count(*)::int AS value FROM custom_roles WHERE workspace_id = $1", owner.workspaceId);
    const held = await one(
      system,
      "SELECT count(*)::int AS value FROM workspace_members WHERE role = 'custom' AND user_id = $1",
      member.userId,
    );
    expectSame("roles that are left", left, held);
    expectSame("deletions in the log", await audited(system, owner, "role.deleted"), held === 1 ? 0 : 1);
  },
};

async function twoOwners(system: TestSystem): Promise<[Actor, Actor]> {
  const ada = await createActor(system);
  const bob = await createActor(system, { role: "owner", workspaceId: ada.workspaceId });
  return [ada, { ...bob, permissions: ROLE_PERMISSIONS.owner }];
}

function owners(system: TestSystem, workspaceId: string): Promise<unknown> {
  return one(system, "SELECT count(*)::int AS value FROM workspace_members WHERE role = 'owner' AND workspace_id = $1", workspaceId);
}
