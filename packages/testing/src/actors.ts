import type { Role } from "@crew/contracts/permissions";
import type { Actor } from "@crew/core/access/actor";
import { ROLE_PERMISSIONS } from "@crew/core/access/require-permission";
import type { System } from "@crew/core/system";
import { usersTable } from "@crew/db/users-table";
import { workspaceMembersTable } from "@crew/db/workspace-members-table";
import { workspacesTable } from "@crew/db/workspaces-table";

type Needs = Pick<System, "db" | "now" | "newId">;

/** A person with a workspace of their own; or, with `workspaceId`, a member of that one. */
export async function createActor(system: Needs, options: { role?: Role; workspaceId?: string; name?: string } = {}): Promise<Actor> {
  const userId = system.newId("user");
  const role = options.role ?? "owner";
  const now = system.now().toISOString();
  const name = options.name ?? "Ada";
  await system.db.insert(usersTable).values({
    id: userId,
    name,
    email: `${userId}@example.test`,
    emailVerified: true,
    isLocalOwner: false,
    createdAt: now,
    updatedAt: now,
  });
  const workspaceId = options.workspaceId ?? system.newId("workspace");
  if (!options.workspaceId)
    await system.db.insert(workspacesTable).values({ id: workspaceId, name: `${name}'s workspace`, createdAt: now });
  await system.db.insert(workspaceMembersTable).values({ workspaceId, userId, role, createdAt: now });
  return {
    kind: "user",
    userId,
    apiKeyId: null,
    name,
    workspaceId,
    role,
    permissions: ROLE_PERMISSIONS[role],
  };
}
