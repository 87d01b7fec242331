import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { ApiKeyId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { Permission } from "./permissions.ts";

export const ApiKey = z
  .object({
    id: ApiKeyId,
    name: z.string().trim().min(1).max(80),
    lastFour: z.string(),
    scopes: z.array(Permission),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
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
    scopes: z.array(Permission).min(1).optional(),
    expiresAt: z.iso.datetime().nullable().default(null),
  })
  .meta({ id: "CreateApiKey" });
export type CreateApiKey = z.infer<typeof CreateApiKey>;

const apiKeyParams = z.strictObject({ apiKeyId: ApiKeyId });

export const apiKeyEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/api-keys",
    tag: "Session",
    summary: "List your API keys in this workspace",
    query: PageQuery,
    response: pageOf(ApiKey),
    status: 200,
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/api-keys",
    tag: "Session",
    summary: "Create an API key; it is shown once",
    body: CreateApiKey,
    response: NewApiKey,
    status: 201,
  }),
  revoke: endpoint({
    method: "DELETE",
    path: "/v1/api-keys/:apiKeyId",
    tag: "Session",
    summary: "Revoke an API key",
    params: apiKeyParams,
    response: z.null(),
    status: 204,
  }),
} as const;
