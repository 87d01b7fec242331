import { secretEndpoints } from "@crew/contracts/secrets";
import { createSecret } from "@crew/core/secrets/create-secret";
import { deleteSecret } from "@crew/core/secrets/delete-secret";
import { listSecrets } from "@crew/core/secrets/list-secrets";
import { updateSecret } from "@crew/core/secrets/update-secret";
import type { RegisterRoute } from "../route.ts";

export function secretRoutes(route: RegisterRoute): void {
  route(secretEndpoints.list, (ctx) => listSecrets(ctx));
  route(secretEndpoints.create, (ctx, { body }) => createSecret(ctx, body));
  route(secretEndpoints.update, (ctx, { params, body }) => updateSecret(ctx, params.secretId, body));
  route(secretEndpoints.delete, (ctx, { params }) => deleteSecret(ctx, params.secretId));
}
