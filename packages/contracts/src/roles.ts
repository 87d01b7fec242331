import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { RoleId } from "./ids.ts";
import { listOf } from "./page.ts";
import { MemberRole, PERMISSIONS, Permission } from "./permissions.ts";

const RoleName = z.string().trim().min(1).max(60);
const Permissions = z.array(Permission).max(PERMISSIONS.length);

/** A role that members of the workspace may have. */
export const WorkspaceRole = z
  .object({
    /** Null: one of the five that every workspace has. */
    id: RoleId.nullable(),
    role: MemberRole,
    name: RoleName,
    description: z.string().max(400),
    permissions: Permissions,
    memberCount: z.number().int(),
    createdAt: z.iso.datetime().nullable(),
    updatedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "WorkspaceRole" });
export type WorkspaceRole = z.infer<typeof WorkspaceRole>;

export const CreateRole = z
  .strictObject({ name: RoleName, description: WorkspaceRole.shape.description.default(""), permissions: Permissions })
  .meta({ id: "CreateRole" });
export type CreateRole = z.infer<typeof CreateRole>;

export const UpdateRole = z
  .strictObject({
    name: RoleName.optional(),
    description: WorkspaceRole.shape.description.optional(),
    permissions: Permissions.optional(),
  })
  .meta({ id: "UpdateRole" });
export type UpdateRole = z.infer<typeof UpdateRole>;

const roleParams = z.strictObject({ roleId: RoleId });

export const roleEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/roles",
    tag: "Members",
    summary: "List the roles of the workspace, with what they allow",
    response: listOf(WorkspaceRole),
    status: 200,
    needs: "members:read",
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/roles",
    tag: "Members",
    summary: "Create a role; it allows no more than its maker may",
    body: CreateRole,
    response: WorkspaceRole,
    status: 201,
    needs: "roles:write",
  }),
  update: endpoint({
    method: "PATCH",
    path: "/v1/roles/:roleId",
    tag: "Members",
    summary: "Change a custom role",
    params: roleParams,
    body: UpdateRole,
    response: WorkspaceRole,
    status: 200,
    needs: "roles:write",
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/roles/:roleId",
    tag: "Members",
    summary: "Delete a custom role that nobody has",
    params: roleParams,
    response: z.null(),
    status: 204,
    needs: "roles:write",
  }),
} as const;
