import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { OAuthClientId, OAuthGrantId, WorkspaceId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { Permission } from "./permissions.ts";

/** What an app that asks for access shows to the person who decides. */
export const OAuthRequest = z
  .object({
    id: z.string(),
    client: z.object({
      id: OAuthClientId,
      name: z.string(),
      /** It registered itself, so its name is its own claim. */
      isSelfRegistered: z.boolean(),
    }),
    /** Where the answer goes: the host, or the scheme of an app on the person's machine. */
    redirectHost: z.string(),
    /** What it asks for, no more than the app may have; each workspace below may allow less. */
    scopes: z.array(Permission),
    workspaces: z.array(z.object({ id: WorkspaceId, name: z.string(), /** What can be given there. */ scopes: z.array(Permission) })),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "OAuthRequest" });
export type OAuthRequest = z.infer<typeof OAuthRequest>;

export const DecideOAuthRequest = z
  .discriminatedUnion("approve", [
    z.strictObject({ approve: z.literal(true), workspaceId: WorkspaceId, scopes: z.array(Permission).min(1).max(100) }),
    z.strictObject({ approve: z.literal(false) }),
  ])
  .meta({ id: "DecideOAuthRequest" });
export type DecideOAuthRequest = z.infer<typeof DecideOAuthRequest>;

/** `redirectTo` is an address of this installation; the browser that began the request has to open it. */
export const OAuthDecision = z.object({ redirectTo: z.string() }).meta({ id: "OAuthDecision" });
export type OAuthDecision = z.infer<typeof OAuthDecision>;

/** An app that you gave access. */
export const OAuthGrant = z
  .object({
    id: OAuthGrantId,
    clientId: OAuthClientId,
    clientName: z.string(),
    scopes: z.array(Permission),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "OAuthGrant" });
export type OAuthGrant = z.infer<typeof OAuthGrant>;

const requestParams = z.strictObject({ requestId: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/) });

export const oauthGrantEndpoints = {
  getRequest: endpoint({
    method: "GET",
    path: "/v1/oauth-requests/:requestId",
    tag: "Apps",
    summary: "What an app asks you for",
    params: requestParams,
    response: OAuthRequest,
    status: 200,
    needs: "workspace:read",
    auth: "session",
  }),
  decide: endpoint({
    method: "POST",
    path: "/v1/oauth-requests/:requestId/decision",
    tag: "Apps",
    summary: "Give an app access to one workspace, or refuse it",
    params: requestParams,
    body: DecideOAuthRequest,
    response: OAuthDecision,
    status: 200,
    needs: "workspace:read",
    auth: "session",
  }),
  list: endpoint({
    method: "GET",
    path: "/v1/oauth-grants",
    tag: "Apps",
    summary: "List the apps that you gave access to this workspace",
    query: PageQuery,
    response: pageOf(OAuthGrant),
    status: 200,
    needs: "workspace:read",
    auth: "session",
  }),
  revoke: endpoint({
    method: "DELETE",
    path: "/v1/oauth-grants/:grantId",
    tag: "Apps",
    summary: "Take an app's access away",
    params: z.strictObject({ grantId: OAuthGrantId }),
    response: z.null(),
    status: 204,
    needs: "workspace:read",
    auth: "session",
  }),
} as const;
