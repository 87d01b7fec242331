import { invitationEndpoints } from "@crew/contracts/invitations";
import { acceptInvitation } from "@crew/core/invitations/accept-invitation";
import { createInvitation } from "@crew/core/invitations/create-invitation";
import { listInvitations } from "@crew/core/invitations/list-invitations";
import { lookupInvitation } from "@crew/core/invitations/lookup-invitation";
import { resendInvitation } from "@crew/core/invitations/resend-invitation";
import { revokeInvitation } from "@crew/core/invitations/revoke-invitation";
import type { RegisterRoute } from "../route.ts";

export function invitationRoutes(route: RegisterRoute): void {
  route(invitationEndpoints.list, (ctx, { query }) => listInvitations(ctx, query));
  route(invitationEndpoints.create, (ctx, { body }) => createInvitation(ctx, body));
  route(invitationEndpoints.revoke, (ctx, { params }) => revokeInvitation(ctx, params.invitationId));
  route(invitationEndpoints.resend, (ctx, { params }) => resendInvitation(ctx, params.invitationId));
  route(invitationEndpoints.lookup, (ctx, { body }) => lookupInvitation(ctx, body.token));
  route(invitationEndpoints.accept, (ctx, { body }) => acceptInvitation(ctx, body.token));
}
