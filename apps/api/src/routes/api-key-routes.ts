import { apiKeyEndpoints } from "@crew/contracts/api-keys";
import { createApiKey } from "@crew/core/api-keys/create-api-key";
import { listApiKeys } from "@crew/core/api-keys/list-api-keys";
import { revokeApiKey } from "@crew/core/api-keys/revoke-api-key";
import { rotateApiKey } from "@crew/core/api-keys/rotate-api-key";
import type { RegisterRoute } from "../route.ts";

export function apiKeyRoutes(route: RegisterRoute): void {
  route(apiKeyEndpoints.list, (ctx, { query }) => listApiKeys(ctx, query));
  route(apiKeyEndpoints.create, (ctx, { body }) => createApiKey(ctx, body));
  route(apiKeyEndpoints.rotate, (ctx, { params, body }) => rotateApiKey(ctx, params.apiKeyId, body));
  route(apiKeyEndpoints.revoke, (ctx, { params }) => revokeApiKey(ctx, params.apiKeyId));
}
