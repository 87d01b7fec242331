import { createHash } from "node:crypto";
import type { ProviderSettings } from "../system.ts";
import type { Lane, LaneLimits } from "./lanes-port.ts";
import type { KeptProvider } from "./model-provider-repository.ts";

export const NO_LIMITS: LaneLimits = { requestsPerMinute: null, tokensPerMinute: null, maxConcurrent: null };

/** One lane for a provider and its key; the sealed key tells another one from it without being opened. */
export function laneOfKept(provider: Pick<KeptProvider, "id" | "apiKeyEncrypted" | keyof LaneLimits>): Lane {
  const { id, apiKeyEncrypted, requestsPerMinute, tokensPerMinute, maxConcurrent } = provider;
  return { id: `${id}:${digest(apiKeyEncrypted ?? "")}`, limits: { requestsPerMinute, tokensPerMinute, maxConcurrent } };
}

export function laneOfEnvironment({ name, baseUrl, apiKey, limits = NO_LIMITS }: ProviderSettings): Lane {
  return { id: `environment:${name}:${digest(`${baseUrl ?? ""}\n${apiKey ?? ""}`)}`, limits };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
