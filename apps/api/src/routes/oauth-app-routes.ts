import { oauthClientEndpoints } from "@crew/contracts/oauth-clients";
import { oauthGrantEndpoints } from "@crew/contracts/oauth-grants";
import { createOAuthClient } from "@crew/core/oauth-apps/create-oauth-client";
import { decideOAuthRequest } from "@crew/core/oauth-apps/decide-oauth-request";
import { deleteOAuthClient } from "@crew/core/oauth-apps/delete-oauth-client";
import { getOAuthRequest } from "@crew/core/oauth-apps/get-oauth-request";
import { listOAuthClients } from "@crew/core/oauth-apps/list-oauth-clients";
import { listOAuthGrants } from "@crew/core/oauth-apps/list-oauth-grants";
import { revokeOAuthGrant } from "@crew/core/oauth-apps/revoke-oauth-grant";
import { rotateOAuthClientSecret } from "@crew/core/oauth-apps/rotate-oauth-client-secret";
import { updateOAuthClient } from "@crew/core/oauth-apps/update-oauth-client";
import type { RegisterRoute } from "../route.ts";

export function oauthAppRoutes(route: RegisterRoute): void {
  route(oauthClientEndpoints.list, (ctx, { query }) => listOAuthClients(ctx, query));
  route(oauthClientEndpoints.create, (ctx, { body }) => createOAuthClient(ctx, body));
  route(oauthClientEndpoints.update, (ctx, { params, body }) => updateOAuthClient(ctx, params.clientId, body));
  route(oauthClientEndpoints.rotateSecret, (ctx, { params }) => rotateOAuthClientSecret(ctx, params.clientId));
  route(oauthClientEndpoints.delete, (ctx, { params }) => deleteOAuthClient(ctx, params.clientId));
  route(oauthGrantEndpoints.getRequest, (ctx, { params }) => getOAuthRequest(ctx, params.requestId));
  route(oauthGrantEndpoints.decide, (ctx, { params, body }) => decideOAuthRequest(ctx, params.requestId, body));
  route(oauthGrantEndpoints.list, (ctx, { query }) => listOAuthGrants(ctx, query));
  route(oauthGrantEndpoints.revoke, (ctx, { params }) => revokeOAuthGrant(ctx, params.grantId));
}
