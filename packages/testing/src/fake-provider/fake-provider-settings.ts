import type { ProviderSettings } from "@crew/core/system";

/** The fake provider as the operator's environment would offer it; its models are `fake/<id>`. */
export function fakeProviderSettings(fake: { url: string }, name = "fake"): ProviderSettings {
  return { kind: "openai-compatible", name, baseUrl: `${fake.url}/v1`, apiKey: "sk-fake-0001", models: [], isTrusted: true };
}
