import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { RoleId, UserId, WorkspaceId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { MemberRole } from "./permissions.ts";
import { workspaceParams } from "./workspaces.ts";

/** A person in a workspace. */
export const Member = z
  .object({
    userId: UserId,
    name: z.string(),
    /** Null: the owner that the installation made by itself has none yet. */
    email: z.string().nullable(),
    role: MemberRole,
    /** Set exactly when the role is `custom`. */
    customRoleId: RoleId.nullable(),
    customRoleName: z.string().nullable(),
    /** Whether the person signs in with a second factor. */
    secondFactor: z.boolean(),
    joinedAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Member" });
export type Member = z.infer<typeof Member>;

/** Which role somebody is given; `customRoleId` goes with `custom` and with nothing else. */
export const GivenRole = z.strictObject({ role: MemberRole, customRoleId: RoleId.nullable().default(null) }).meta({ id: "GivenRole" });
export type GivenRole = z.infer<typeof GivenRole>;

const memberParams = z.strictObject({ workspaceId: WorkspaceId, userId: UserId });

export const memberEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/workspaces/:workspaceId/members",
    tag: "Members",
    summary: "List the members of a workspace, in the order in which they joined",
    params: workspaceParams,
    query: PageQuery,
    response: pageOf(Member),
    status: 200,
    needs: "members:read",
  }),
  update: endpoint({
    method: "PATCH",
    path: "/v1/workspaces/:workspaceId/members/:userId",
    tag: "Members",
    summary: "Give a member another role",
    params: memberParams,
    body: GivenRole,
    response: Member,
    status: 200,
    needs: "members:write",
  }),
  remove: endpoint({
    method: "DELETE",
    path: "/v1/workspaces/:workspaceId/members/:userId",
    tag: "Members",
    summary: "Remove a member; their API keys and grants end with it",
    params: memberParams,
    response: z.null(),
    status: 204,
    needs: "members:write",
  }),
} as const;
