import { AppError } from "../app-error.ts";
import { costBySetPrice } from "../model-prices/cost-by-set-price.ts";
import type { ModelRoute, System } from "../system.ts";
import { laneOfEnvironment, laneOfKept } from "./lane-of.ts";
import type { Lane } from "./lanes-port.ts";
import { findModelSource } from "./model-provider-repository.ts";
import { providerSettings } from "./provider-settings.ts";

/** A way to a model, and the lane that its calls take turns in; `null`: they need not. */
export interface ResolvedModel extends ModelRoute {
  lane: Lane | null;
  /** What figures call its provider. */
  label: string;
}

/**
 * Where `<provider name>/<model id>` is reached for this workspace. A provider of the workspace comes before one of the
 * environment with its name: what a workspace pays for itself stays so when the operator adds a key. Throws `invalid`
 * when there is no such provider any more.
 */
export async function resolveModel(
  ctx: Pick<System, "statements" | "models" | "secrets" | "installation">,
  workspaceId: string,
  modelName: string,
): Promise<ResolvedModel> {
  const slash = modelName.indexOf("/");
  const providerName = modelName.slice(0, slash);
  const modelId = modelName.slice(slash + 1);
  if (slash < 1 || modelId === "")
    throw new AppError("invalid", `${modelName} does not name a model: it must be <provider name>/<model id>.`);
  if (providerName === "demo") return { ...ctx.models.route(undefined, modelId), lane: null, label: "demo" };
  const { provider: own, price } = await findModelSource(ctx.statements, workspaceId, providerName, modelId);
  const settings = own ? await providerSettings(ctx, own) : ctx.models.environmentProviders.find(({ name }) => name === providerName);
  if (!settings)
    throw new AppError(
      "invalid",
      `The model ${modelName} cannot be used: the workspace has no model provider named ${providerName} any more. Add it again or choose another model.`,
    );
  const route = ctx.models.route(settings, modelId);
  const lane = own ? laneOfKept(own) : laneOfEnvironment(settings);
  // Names that workspaces give are none for a figure: there may be any number of them.
  const label = own ? settings.kind : settings.name;
  return { ...route, lane, label, ...(price && { priceOf: (usage) => costBySetPrice(price, usage) }) };
}
