import { expect, test } from "vitest";
import { ConfigError } from "./env.ts";
import { readProviderLimits } from "./read-provider-limits.ts";

test("each provider has its own limits, in any order; what is not named has none", () => {
  expect([...readProviderLimits("openai=500rpm, 200000tpm,50calls; anthropic=60rpm;")]).toEqual([
    ["openai", { requestsPerMinute: 500, tokensPerMinute: 200_000, maxConcurrent: 50 }],
    ["anthropic", { requestsPerMinute: 60, tokensPerMinute: null, maxConcurrent: null }],
  ]);
  expect(readProviderLimits(null).size).toBe(0);
});

test.each(["openai", "openai=", "openai=60", "openai=0rpm", "openai=-1rpm", "openai=60rpm,fast", "Open AI=60rpm"])(
  "%s is refused",
  (text) => {
    expect(() => readProviderLimits(text)).toThrow(ConfigError);
  },
);
