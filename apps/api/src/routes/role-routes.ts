import { roleEndpoints } from "@crew/contracts/roles";
import { createRole } from "@crew/core/roles/create-role";
import { deleteRole } from "@crew/core/roles/delete-role";
import { listRoles } from "@crew/core/roles/list-roles";
import { updateRole } from "@crew/core/roles/update-role";
import type { RegisterRoute } from "../route.ts";

export function roleRoutes(route: RegisterRoute): void {
  route(roleEndpoints.list, (ctx) => listRoles(ctx));
  route(roleEndpoints.create, (ctx, { body }) => createRole(ctx, body));
  route(roleEndpoints.update, (ctx, { params, body }) => updateRole(ctx, params.roleId, body));
  route(roleEndpoints.delete, (ctx, { params }) => deleteRole(ctx, params.roleId));
}
