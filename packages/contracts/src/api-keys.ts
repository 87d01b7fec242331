import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { ApiKeyId, UserId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { PERMISSIONS, Permission } from "./permissions.ts";

/** How many requests a minute the key may send; the figures are the installation's. */
export const RateClass = z.enum(["low", "standard", "high"]);
export type RateClass = z.infer<typeof RateClass>;

export const ApiKey = z
  .object({
    id: ApiKeyId,
    name: z.string().trim().min(1).max(80),
    /** How the key begins, so that it can be told from others; empty for keys of before. */
    prefix: z.string(),
    lastFour: z.string(),
    scopes: z.array(Permission),
    rateClass: RateClass,
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable(),
    lastUsedAddress: z.string().nullable(),
    createdAt: z.iso.datetime(),
    owner: z.object({ userId: UserId, name: z.string() }),
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof ApiKey>;

/** The answer to creation; `key` is shown this once and cannot be read again. */
export const NewApiKey = ApiKey.extend({ key: z.string() }).meta({ id: "NewApiKey" });
export type NewApiKey = z.infer<typeof NewApiKey>;

export const CreateApiKey = z
  .strictObject({
    name: ApiKey.shape.name,
    /** Absent: everything that its owner may do. */
    scopes: z.array(Permission).min(1).max(PERMISSIONS.length).optional(),
    expiresAt: z.iso.datetime().nullable().default(null),
    /** Absent: `standard`. `high` is for those to give who manage members. */
    rateClass: RateClass.optional(),
  })
  .meta({ id: "CreateApiKey" });
export type CreateApiKey = z.infer<typeof CreateApiKey>;

/** Names the key by how it begins now: of two who replace it at once, one gets the new key. */
export const RotateApiKey = z.strictObject({ prefix: z.string().max(20) }).meta({ id: "RotateApiKey" });
export type RotateApiKey = z.infer<typeof RotateApiKey>;

export const ApiKeyQuery = PageQuery.extend({
  /** `all`: everybody's in this workspace, for those who manage members. */
  owner: z.enum(["me", "all"]).default("me"),
});
export type ApiKeyQuery = z.infer<typeof ApiKeyQuery>;

const apiKeyParams = z.strictObject({ apiKeyId: ApiKeyId });

export const apiKeyEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/api-keys",
    tag: "Session",
    summary: "List API keys in this workspace: your own, or all",
    query: ApiKeyQuery,
    response: pageOf(ApiKey),
    status: 200,
    needs: "api-keys:read",
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/api-keys",
    tag: "Session",
    summary: "Create an API key; it is shown once",
    body: CreateApiKey,
    response: NewApiKey,
    status: 201,
    needs: "api-keys:write",
  }),
  rotate: endpoint({
    method: "POST",
    path: "/v1/api-keys/:apiKeyId/rotate",
    tag: "Session",
    summary: "Replace an API key of yours by a new one with the same rights; the old one ends at once",
    params: apiKeyParams,
    body: RotateApiKey,
    response: NewApiKey,
    status: 200,
    needs: "api-keys:write",
  }),
  revoke: endpoint({
    method: "DELETE",
    path: "/v1/api-keys/:apiKeyId",
    tag: "Session",
    summary: "Revoke an API key: your own, or anybody's where you manage members",
    params: apiKeyParams,
    response: z.null(),
    status: 204,
    needs: "api-keys:write",
  }),
} as const;
