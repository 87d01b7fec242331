import type { Issue } from "@crew/contracts/error-codes";

const DEMO_MODEL = "demo/extractive";

/** Whether the model's provider is known. Its models are not asked for: a provider may be away, or list none. */
export function checkModelName(path: string, model: string, providers: ReadonlySet<string>): Issue[] {
  const provider = model.slice(0, model.indexOf("/"));
  if (!providers.has(provider))
    return [{ path, message: `there is no model provider named ${provider}; known are ${[...providers].join(", ")}` }];
  if (provider === "demo" && model !== DEMO_MODEL) return [{ path, message: `the demonstration has one model, ${DEMO_MODEL}` }];
  return [];
}
