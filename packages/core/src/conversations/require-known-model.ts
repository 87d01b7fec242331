import { AppError } from "../app-error.ts";
import { checkModelName } from "../model-providers/check-model-name.ts";
import { knownProviders } from "../model-providers/known-providers.ts";
import type { Ctx } from "../system.ts";

export async function requireKnownModel(ctx: Ctx<"db" | "models">, model: string): Promise<void> {
  const issues = checkModelName("model", model, await knownProviders(ctx));
  if (issues.length > 0) throw new AppError("invalid", `The model ${model} cannot be used: ${issues[0]?.message}.`, { issues });
}
