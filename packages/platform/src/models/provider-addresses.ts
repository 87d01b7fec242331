import type { ModelProviderKind } from "@crew/contracts/model-providers";
import { AppError } from "@crew/core/app-error";
import type { ProviderSettings } from "@crew/core/system";

const OWN_ADDRESS: Record<Exclude<ModelProviderKind, "openai-compatible">, string> = {
  openai: "https://api.openai.com/v1",
  anthropic: "https://api.anthropic.com/v1",
  google: "https://generativelanguage.googleapis.com/v1beta",
};

/** Base URL without a slash at its end; it includes the version (`/v1`), as each vendor's own does. */
export function providerAddress(settings: ProviderSettings): string {
  const base = settings.baseUrl ?? (settings.kind === "openai-compatible" ? null : OWN_ADDRESS[settings.kind]);
  if (base === null) throw new AppError("invalid", `The model provider ${settings.name} has no base URL.`);
  return base.replace(/\/+$/, "");
}

export function providerHeaders(settings: ProviderSettings): Record<string, string> {
  const { kind, apiKey } = settings;
  const common = { "content-type": "application/json", "user-agent": "crewai-platform" };
  if (kind === "anthropic") return { ...common, "anthropic-version": "2023-06-01", ...(apiKey && { "x-api-key": apiKey }) };
  if (kind === "google") return { ...common, ...(apiKey && { "x-goog-api-key": apiKey }) };
  return { ...common, ...(apiKey && { authorization: `Bearer ${apiKey}` }) };
}

/** Fails before anything is sent where the vendor's own address would answer 401 in any case. */
export function requireKey(settings: ProviderSettings): void {
  if (settings.apiKey === null && settings.baseUrl === null) {
    throw new AppError("invalid", `The model provider ${settings.name} has no API key.`);
  }
}
