import type { LaneLimits } from "@crew/core/model-providers/lanes-port";
import { ConfigError } from "./env.ts";

const UNITS = { rpm: "requestsPerMinute", tpm: "tokensPerMinute", calls: "maxConcurrent" } as const;

/** `openai=500rpm,200000tpm,50calls;anthropic=60rpm`: how fast each provider of the environment may be asked. */
export function readProviderLimits(text: string | null): Map<string, LaneLimits> {
  const found = new Map<string, LaneLimits>();
  for (const entry of (text ?? "").split(";").map((part) => part.trim())) {
    if (entry === "") continue;
    const [, name, list] = /^([a-z0-9_-]+)=(.+)$/.exec(entry) ?? wrong(entry);
    const limits: LaneLimits = { requestsPerMinute: null, tokensPerMinute: null, maxConcurrent: null };
    for (const limit of (list ?? "").split(",")) {
      const [, count, unit] = /^\s*([1-9]\d{0,8})\s*(rpm|tpm|calls)\s*$/.exec(limit) ?? wrong(entry);
      limits[UNITS[unit as keyof typeof UNITS]] = Number(count);
    }
    found.set(name ?? "", limits);
  }
  return found;
}

function wrong(entry: string): never {
  throw new ConfigError(
    `CREW_PROVIDER_LIMITS holds "${entry}"; each entry must be a provider with its limits, such as openai=500rpm,200000tpm,50calls.`,
  );
}
