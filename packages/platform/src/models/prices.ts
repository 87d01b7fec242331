import { createRequire } from "node:module";
import type { ModelProviderKind } from "@crew/contracts/model-providers";
import type { ModelUsage } from "@crew/engine/model";

type PriceTable = typeof import("@pydantic/genai-prices");
type Rate = number | { base: number; tiers: { start: number; price: number }[] } | undefined;
interface Rates {
  input: Rate;
  output: Rate;
  /** Of input that the provider reads from what it has kept, and of input that it keeps; absent: as other input. */
  cached: Rate;
  kept: Rate;
  windowTokens: number | null;
  /** Some prices depend on the time of day. */
  validUntil: number;
}

export interface PricedModel {
  kind: ModelProviderKind;
  /** `null`: the vendor's own address. */
  baseUrl: string | null;
  modelId: string;
}

const MAX_CACHED = 2_000;
const VALID_MS = 5 * 60_000;
/** Money is counted in whole units of 1e-12 USD: a rate for a million tokens with six decimals is a whole number of them a token. */
const UNITS_PER_USD = 1_000_000_000_000n;

const require = createRequire(import.meta.url);
let table: PriceTable | undefined;
const known = new Map<string, Rates | null>();

/** US dollars as a decimal string; `null`: the bundled table does not know the model. */
export function priceOf(model: PricedModel, usage: ModelUsage): string | null {
  const rates = ratesOf(model);
  if (!rates) return null;
  const input = unitsPerToken(rates.input, usage.inputTokens);
  const output = unitsPerToken(rates.output, usage.inputTokens);
  if (input === null || output === null) return null;
  const { inputTokens, cachedTokens = 0, keptTokens = 0 } = usage;
  const cached = (unitsPerToken(rates.cached, inputTokens) ?? input) * BigInt(cachedTokens);
  const kept = (unitsPerToken(rates.kept, inputTokens) ?? input) * BigInt(keptTokens);
  return dollars(input * BigInt(inputTokens - cachedTokens - keptTokens) + cached + kept + output * BigInt(usage.outputTokens));
}

/** Tokens that the model reads and writes together; `null`: the table does not say. */
export function windowInTable(model: PricedModel): number | null {
  return ratesOf(model)?.windowTokens ?? null;
}

/** The first tier's rates for a million tokens. */
export function pricePerMillion(kind: ModelProviderKind, modelId: string): { input: string; output: string } | null {
  const rates = ratesOf({ kind, baseUrl: null, modelId });
  const input = rates && unitsPerToken(rates.input, 0);
  const output = rates && unitsPerToken(rates.output, 0);
  if (input == null || output == null) return null;
  return { input: dollars(input * 1_000_000n), output: dollars(output * 1_000_000n) };
}

function ratesOf(model: PricedModel): Rates | null {
  const key = `${model.kind} ${model.kind === "openai-compatible" ? model.baseUrl : ""} ${model.modelId}`;
  const cached = known.get(key);
  if (cached === null || (cached && cached.validUntil > Date.now())) return cached;
  const found = lookUp(model);
  if (known.size >= MAX_CACHED) known.clear();
  known.set(key, found);
  return found;
}

/** The table is loaded with the first question: it holds some megabytes that an idle process does not need. It never updates itself. */
function lookUp({ kind, baseUrl, modelId }: PricedModel): Rates | null {
  table ??= require("@pydantic/genai-prices") as PriceTable;
  const providerId = kind === "openai-compatible" ? baseUrl && table.findProvider({ providerApiUrl: baseUrl })?.id : kind;
  // Without a provider the table would guess one by the model's name; a local copy of an open model is not billed by anybody.
  if (!providerId) return null;
  const found = table.calcPrice({ input_tokens: 0, output_tokens: 0 }, modelId, { providerId });
  if (!found) return null;
  const { input_mtok: input, output_mtok: output, cache_read_mtok: cached, cache_write_mtok: kept } = found.model_price;
  return { input, output, cached, kept, windowTokens: found.model.context_window ?? null, validUntil: Date.now() + VALID_MS };
}

/** The tier that the whole request falls into; a call is billed at one rate. */
function unitsPerToken(rate: Rate, inputTokens: number): bigint | null {
  if (rate === undefined) return null;
  const tier = typeof rate === "number" ? undefined : rate.tiers.findLast(({ start }) => inputTokens > start);
  const perMillion = typeof rate === "number" ? rate : (tier?.price ?? rate.base);
  return BigInt(Math.round(perMillion * 1_000_000));
}

function dollars(units: bigint): string {
  const decimals = (units % UNITS_PER_USD).toString().padStart(12, "0").replace(/0+$/, "");
  const whole = units / UNITS_PER_USD;
  return decimals === "" ? whole.toString() : `${whole}.${decimals}`;
}
