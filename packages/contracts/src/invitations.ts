import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { InvitationId, RoleId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { MemberRole } from "./permissions.ts";
import { Workspace } from "./workspaces.ts";

export const InvitationState = z.enum(["open", "accepted", "revoked", "expired"]);
export type InvitationState = z.infer<typeof InvitationState>;

export const Invitation = z
  .object({
    id: InvitationId,
    email: z.email().max(254),
    role: MemberRole,
    customRoleId: RoleId.nullable(),
    customRoleName: z.string().nullable(),
    state: InvitationState,
    /** Name of the member who invites; null when that person is gone. */
    invitedBy: z.string().nullable(),
    expiresAt: z.iso.datetime(),
    createdAt: z.iso.datetime(),
    acceptedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Invitation" });
export type Invitation = z.infer<typeof Invitation>;

/** `link` is shown this once: the page `/invitation` with the token as its fragment, `#token=…`, which no server's log sees. */
export const NewInvitation = Invitation.extend({ link: z.string() }).meta({ id: "NewInvitation" });
export type NewInvitation = z.infer<typeof NewInvitation>;

export const CreateInvitation = z
  .strictObject({ email: Invitation.shape.email, role: MemberRole, customRoleId: RoleId.nullable().default(null) })
  .meta({ id: "CreateInvitation" });
export type CreateInvitation = z.infer<typeof CreateInvitation>;

export const InvitationToken = z.strictObject({ token: z.string().min(1).max(100) }).meta({ id: "InvitationToken" });
export type InvitationToken = z.infer<typeof InvitationToken>;

/** What the holder of a token may know before they have signed in. */
export const OpenInvitation = z
  .object({
    workspaceName: z.string(),
    invitedBy: z.string().nullable(),
    email: z.string(),
    /** The role's name as the workspace calls it. */
    roleName: z.string(),
    role: MemberRole,
    /** Whether the address has an account here: then one signs in, else one signs up. */
    hasAccount: z.boolean(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "OpenInvitation" });
export type OpenInvitation = z.infer<typeof OpenInvitation>;

export const InvitationQuery = PageQuery.extend({ state: InvitationState.optional() });
export type InvitationQuery = z.infer<typeof InvitationQuery>;

const invitationParams = z.strictObject({ invitationId: InvitationId });

export const invitationEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/invitations",
    tag: "Members",
    summary: "List the workspace's invitations",
    query: InvitationQuery,
    response: pageOf(Invitation),
    status: 200,
    needs: "members:write",
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/invitations",
    tag: "Members",
    summary: "Invite somebody by e-mail; the link is shown once and holds for 7 days",
    body: CreateInvitation,
    response: NewInvitation,
    status: 201,
    needs: "members:write",
  }),
  revoke: endpoint({
    method: "DELETE",
    path: "/v1/invitations/:invitationId",
    tag: "Members",
    summary: "Revoke an invitation",
    params: invitationParams,
    response: z.null(),
    status: 204,
    needs: "members:write",
  }),
  resend: endpoint({
    method: "POST",
    path: "/v1/invitations/:invitationId/resend",
    tag: "Members",
    summary: "Send a fresh link; the one before counts no more",
    params: invitationParams,
    body: z.strictObject({}).default({}),
    response: NewInvitation,
    status: 200,
    needs: "members:write",
  }),
  lookup: endpoint({
    method: "POST",
    path: "/v1/invitations/lookup",
    tag: "Members",
    summary: "What an invitation's token invites to",
    body: InvitationToken,
    response: OpenInvitation,
    status: 200,
    auth: "none",
  }),
  accept: endpoint({
    method: "POST",
    path: "/v1/invitations/accept",
    tag: "Members",
    summary: "Join the workspace that invites you",
    body: InvitationToken,
    response: Workspace,
    status: 200,
    auth: "session",
    worksWithoutSecondFactor: true,
  }),
} as const;
