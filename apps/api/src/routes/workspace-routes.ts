import { memberEndpoints } from "@crew/contracts/members";
import { workspaceEndpoints } from "@crew/contracts/workspaces";
import { listMembers } from "@crew/core/members/list-members";
import { removeMember } from "@crew/core/members/remove-member";
import { updateMember } from "@crew/core/members/update-member";
import { createOwnWorkspace } from "@crew/core/workspaces/create-own-workspace";
import { deleteWorkspace } from "@crew/core/workspaces/delete-workspace";
import { getWorkspace } from "@crew/core/workspaces/get-workspace";
import { leaveWorkspace } from "@crew/core/workspaces/leave-workspace";
import { listWorkspaces } from "@crew/core/workspaces/list-workspaces";
import { transferWorkspace } from "@crew/core/workspaces/transfer-workspace";
import { updateWorkspace } from "@crew/core/workspaces/update-workspace";
import type { RegisterRoute } from "../route.ts";

/** A session acts in the workspace of the path (see authenticate.ts). */
export function workspaceRoutes(route: RegisterRoute): void {
  route(workspaceEndpoints.list, (ctx) => listWorkspaces(ctx));
  route(workspaceEndpoints.create, (ctx, { body }) => createOwnWorkspace(ctx, body));
  route(workspaceEndpoints.get, (ctx, { params }) => getWorkspace(ctx, params.workspaceId));
  route(workspaceEndpoints.update, (ctx, { params, body }) => updateWorkspace(ctx, params.workspaceId, body));
  route(workspaceEndpoints.delete, (ctx, { params, body }) => deleteWorkspace(ctx, params.workspaceId, body));
  route(workspaceEndpoints.transfer, (ctx, { params, body }) => transferWorkspace(ctx, params.workspaceId, body));
  route(workspaceEndpoints.leave, (ctx, { params }) => leaveWorkspace(ctx, params.workspaceId));
  route(memberEndpoints.list, (ctx, { params, query }) => listMembers(ctx, params.workspaceId, query));
  route(memberEndpoints.update, (ctx, { params, body }) => updateMember(ctx, params, body));
  route(memberEndpoints.remove, (ctx, { params }) => removeMember(ctx, params));
}
