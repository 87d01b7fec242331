import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { OAuthClientId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { Permission } from "./permissions.ts";

/** `public`: runs where no secret can be kept, such as on a person's machine or in a browser. */
export const OAuthClientKind = z.enum(["confidential", "public"]);
export type OAuthClientKind = z.infer<typeof OAuthClientKind>;

export const OAuthClient = z
  .object({
    id: OAuthClientId,
    name: z.string().trim().min(1).max(80),
    kind: OAuthClientKind,
    /** Compared character by character; only the port of a loopback address is free. */
    redirectUris: z.array(z.string().min(1).max(2_000)).max(10),
    /** Whether it may get tokens for itself: it then acts for whoever made it, in this workspace, within `scopes`. */
    actsAlone: z.boolean(),
    /** The most that it may ever be given. */
    scopes: z.array(Permission).max(100),
    /** Last characters of its secret; null: it has none. */
    secretLastFour: z.string().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "OAuthClient" });
export type OAuthClient = z.infer<typeof OAuthClient>;

/** The answer to creation and to a new secret; `secret` is shown this once and cannot be read again. */
export const NewOAuthClient = OAuthClient.extend({ secret: z.string().nullable() }).meta({ id: "NewOAuthClient" });
export type NewOAuthClient = z.infer<typeof NewOAuthClient>;

export const CreateOAuthClient = z
  .strictObject({
    name: OAuthClient.shape.name,
    kind: OAuthClientKind.default("confidential"),
    redirectUris: OAuthClient.shape.redirectUris.default([]),
    actsAlone: z.boolean().default(false),
    /** Absent: everything that whoever makes it may do. */
    scopes: OAuthClient.shape.scopes.min(1).optional(),
  })
  .meta({ id: "CreateOAuthClient" });
export type CreateOAuthClient = z.infer<typeof CreateOAuthClient>;

export const UpdateOAuthClient = z
  .strictObject({
    name: OAuthClient.shape.name.optional(),
    redirectUris: OAuthClient.shape.redirectUris.optional(),
    actsAlone: z.boolean().optional(),
    scopes: OAuthClient.shape.scopes.min(1).optional(),
  })
  .meta({ id: "UpdateOAuthClient" });
export type UpdateOAuthClient = z.infer<typeof UpdateOAuthClient>;

const clientParams = z.strictObject({ clientId: OAuthClientId });

export const oauthClientEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/oauth-clients",
    tag: "Apps",
    summary: "List the apps that this workspace has registered",
    query: PageQuery,
    response: pageOf(OAuthClient),
    status: 200,
    needs: "oauth-clients:read",
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/oauth-clients",
    tag: "Apps",
    summary: "Register an app; its secret is shown once",
    body: CreateOAuthClient,
    response: NewOAuthClient,
    status: 201,
    needs: "oauth-clients:write",
    stepUp: true,
  }),
  update: endpoint({
    method: "PATCH",
    path: "/v1/oauth-clients/:clientId",
    tag: "Apps",
    summary: "Change an app",
    params: clientParams,
    body: UpdateOAuthClient,
    response: OAuthClient,
    status: 200,
    needs: "oauth-clients:write",
  }),
  rotateSecret: endpoint({
    method: "POST",
    path: "/v1/oauth-clients/:clientId/secret",
    tag: "Apps",
    summary: "Give an app a new secret, shown once; the old one counts no more",
    params: clientParams,
    body: z.strictObject({}).default({}),
    response: NewOAuthClient,
    status: 200,
    needs: "oauth-clients:write",
    stepUp: true,
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/oauth-clients/:clientId",
    tag: "Apps",
    summary: "Delete an app; its tokens count no more",
    params: clientParams,
    response: z.null(),
    status: 204,
    needs: "oauth-clients:write",
  }),
} as const;
