import type { ProviderSettings } from "@crew/core/system";

/** The variables that offer a provider to every workspace; unset or empty ones offer nothing. */
export type ProviderEnvironment = Partial<
  Record<"OPENAI_API_KEY" | "OPENAI_BASE_URL" | "ANTHROPIC_API_KEY" | "GOOGLE_GENERATIVE_AI_API_KEY" | "OLLAMA_BASE_URL", string | null>
>;

/** What the installation's environment offers. Trusted: the operator may name an address inside the network. */
export function environmentProviders(env: ProviderEnvironment): ProviderSettings[] {
  const offered = { models: [], isTrusted: true };
  const found: ProviderSettings[] = [];
  // An address alone is enough: local servers that speak the protocol need no key.
  if (env.OPENAI_API_KEY || env.OPENAI_BASE_URL) {
    found.push({ ...offered, kind: "openai", name: "openai", baseUrl: env.OPENAI_BASE_URL || null, apiKey: env.OPENAI_API_KEY || null });
  }
  if (env.ANTHROPIC_API_KEY) found.push({ ...offered, kind: "anthropic", name: "anthropic", baseUrl: null, apiKey: env.ANTHROPIC_API_KEY });
  if (env.GOOGLE_GENERATIVE_AI_API_KEY) {
    found.push({ ...offered, kind: "google", name: "google", baseUrl: null, apiKey: env.GOOGLE_GENERATIVE_AI_API_KEY });
  }
  if (env.OLLAMA_BASE_URL) {
    found.push({ ...offered, kind: "openai-compatible", name: "ollama", baseUrl: ollamaUrl(env.OLLAMA_BASE_URL), apiKey: null });
  }
  return found;
}

/** People set this variable with and without the path of the OpenAI-compatible part. */
function ollamaUrl(address: string): string {
  const base = address.replace(/\/+$/, "");
  return base.endsWith("/v1") ? base : `${base}/v1`;
}
