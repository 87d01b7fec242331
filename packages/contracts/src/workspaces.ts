import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { UserId, WorkspaceId } from "./ids.ts";
import { listOf } from "./page.ts";
import { MemberRole } from "./permissions.ts";

export const Workspace = z
  .object({
    id: WorkspaceId,
    name: z.string().trim().min(1).max(80),
    /** Of whoever asks. */
    role: MemberRole,
    /** Nobody does anything in it without a second factor. */
    requiresSecondFactor: z.boolean(),
    /** Members who are mailed when a run asks a person, where they may answer; `null`: whoever started the run. */
    mailQuestionsTo: z.array(UserId).max(50).nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Workspace" });
export type Workspace = z.infer<typeof Workspace>;

export const CreateWorkspace = z.strictObject({ name: Workspace.shape.name }).meta({ id: "CreateWorkspace" });
export type CreateWorkspace = z.infer<typeof CreateWorkspace>;

export const UpdateWorkspace = z
  .strictObject({
    name: Workspace.shape.name.optional(),
    requiresSecondFactor: z.boolean().optional(),
    mailQuestionsTo: Workspace.shape.mailQuestionsTo.optional(),
  })
  .meta({ id: "UpdateWorkspace" });
export type UpdateWorkspace = z.infer<typeof UpdateWorkspace>;

/** The name says that it is meant. */
export const DeleteWorkspace = z.strictObject({ name: z.string().max(80) }).meta({ id: "DeleteWorkspace" });
export type DeleteWorkspace = z.infer<typeof DeleteWorkspace>;

export const TransferWorkspace = z.strictObject({ userId: UserId }).meta({ id: "TransferWorkspace" });
export type TransferWorkspace = z.infer<typeof TransferWorkspace>;

export const workspaceParams = z.strictObject({ workspaceId: WorkspaceId });

export const workspaceEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/workspaces",
    tag: "Workspaces",
    summary: "List your workspaces",
    response: listOf(Workspace),
    status: 200,
    needs: "workspace:read",
    worksWithoutSecondFactor: true,
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/workspaces",
    tag: "Workspaces",
    summary: "Create a workspace of your own",
    body: CreateWorkspace,
    response: Workspace,
    status: 201,
    auth: "session",
    worksWithoutSecondFactor: true,
  }),
  get: endpoint({
    method: "GET",
    path: "/v1/workspaces/:workspaceId",
    tag: "Workspaces",
    summary: "Get a workspace",
    params: workspaceParams,
    response: Workspace,
    status: 200,
    needs: "workspace:read",
  }),
  update: endpoint({
    method: "PATCH",
    path: "/v1/workspaces/:workspaceId",
    tag: "Workspaces",
    summary: "Change a workspace's name or rules",
    params: workspaceParams,
    body: UpdateWorkspace,
    response: Workspace,
    status: 200,
    needs: "workspace:write",
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/workspaces/:workspaceId",
    tag: "Workspaces",
    summary: "Delete a workspace and all that is in it; the body repeats its name",
    params: workspaceParams,
    body: DeleteWorkspace,
    response: z.null(),
    status: 204,
    auth: "session",
    needs: "workspace:own",
    stepUp: true,
  }),
  transfer: endpoint({
    method: "POST",
    path: "/v1/workspaces/:workspaceId/transfer",
    tag: "Workspaces",
    summary: "Make another member the owner and become an admin yourself",
    params: workspaceParams,
    body: TransferWorkspace,
    response: Workspace,
    status: 200,
    auth: "session",
    needs: "workspace:own",
    stepUp: true,
  }),
  leave: endpoint({
    method: "POST",
    path: "/v1/workspaces/:workspaceId/leave",
    tag: "Workspaces",
    summary: "Leave a workspace",
    params: workspaceParams,
    body: z.strictObject({}).default({}),
    response: z.null(),
    status: 204,
    auth: "session",
    worksWithoutSecondFactor: true,
  }),
} as const;
