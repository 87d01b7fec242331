import type { Issue } from "@crew/contracts/error-codes";
import { AppError } from "../app-error.ts";
import { checkModelName } from "../model-providers/check-model-name.ts";
import { knownProviders } from "../model-providers/known-providers.ts";
import type { Ctx } from "../system.ts";

/** What a conversation asks first, and what it asks after that. */
export interface ChatModels {
  model: string;
  fallbackModels: readonly string[];
}

/** Throws `invalid` where one of them is not known, or would be asked again after it has given up. */
export async function requireKnownModels(ctx: Ctx<"db" | "models">, { model, fallbackModels }: ChatModels): Promise<void> {
  const known = await knownProviders(ctx);
  const first = checkModelName("model", model, known);
  if (first.length > 0) throw new AppError("invalid", `The model ${model} cannot be used: ${first[0]?.message}.`, { issues: first });
  const issues = fallbackModels.flatMap((name, at) => {
    const path = `fallbackModels.${at}`;
    const earlier = [model, ...fallbackModels.slice(0, at)];
    return [...checkModelName(path, name, known), ...(earlier.includes(name) ? [isAsked(path, name === model)] : [])];
  });
  if (issues.length > 0) throw new AppError("invalid", `A fallback model cannot be used: ${issues[0]?.message}.`, { issues });
}

function isAsked(path: string, isFirst: boolean): Issue {
  return { path, message: isFirst ? "it is the model that is asked first" : "it stands in the list already" };
}
