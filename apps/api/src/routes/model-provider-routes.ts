import { modelProviderEndpoints } from "@crew/contracts/model-providers";
import { createModelProvider } from "@crew/core/model-providers/create-model-provider";
import { deleteModelProvider } from "@crew/core/model-providers/delete-model-provider";
import { listModelProviders } from "@crew/core/model-providers/list-model-providers";
import { listModels } from "@crew/core/model-providers/list-models";
import { testModelProvider } from "@crew/core/model-providers/test-model-provider";
import { updateModelProvider } from "@crew/core/model-providers/update-model-provider";
import type { RegisterRoute } from "../route.ts";

export function modelProviderRoutes(route: RegisterRoute): void {
  route(modelProviderEndpoints.list, (ctx) => listModelProviders(ctx));
  route(modelProviderEndpoints.create, (ctx, { body }) => createModelProvider(ctx, body));
  route(modelProviderEndpoints.update, (ctx, { params, body }) => updateModelProvider(ctx, params.providerId, body));
  route(modelProviderEndpoints.delete, (ctx, { params }) => deleteModelProvider(ctx, params.providerId));
  route(modelProviderEndpoints.test, (ctx, { params }) => testModelProvider(ctx, params.providerId));
  route(modelProviderEndpoints.models, (ctx) => listModels(ctx));
}
