import { ModelCallError, type ProviderSettings } from "@crew/core/system";
import type { Dispatcher } from "undici";
import type { CallLimits } from "./call-limits.ts";
import { providerAddress, providerHeaders } from "./provider-addresses.ts";
import { providerExchange } from "./provider-exchange.ts";

const MAX_MODELS = 1000;
const MAX_ID_LENGTH = 200;

/** The provider's own list of models that write text, as far as it says; sorted. */
export async function askModelList(
  settings: ProviderSettings,
  options: { dispatcher: Dispatcher; signal: AbortSignal; limits: CallLimits },
): Promise<string[]> {
  const chunks: Buffer[] = [];
  await providerExchange({
    ...options,
    // A list comes in one line.
    limits: { ...options.limits, bodyBytes: 4 * options.limits.lineBytes, lineBytes: 4 * options.limits.lineBytes },
    method: "GET",
    url: `${providerAddress(settings)}/models${pageOf(settings)}`,
    headers: providerHeaders(settings),
    onBytes: (chunk) => {
      chunks.push(chunk);
      return false;
    },
  });
  const ids = readIds(Buffer.concat(chunks).toString());
  return [...new Set(ids)].sort().slice(0, MAX_MODELS);
}

function pageOf({ kind }: ProviderSettings): string {
  if (kind === "anthropic") return "?limit=1000";
  return kind === "google" ? "?pageSize=1000" : "";
}

function readIds(text: string): string[] {
  try {
    const body = JSON.parse(text) as { data?: unknown; models?: unknown };
    const list = body.data ?? body.models;
    if (!Array.isArray(list)) throw new TypeError("no list");
    return list.flatMap((item: { id?: unknown; name?: unknown; supportedGenerationMethods?: unknown } | null) => {
      const methods = item?.supportedGenerationMethods;
      if (Array.isArray(methods) && !methods.includes("generateContent")) return [];
      const id = item?.id ?? item?.name;
      return typeof id === "string" && id !== "" && id.length <= MAX_ID_LENGTH ? [id.replace(/^models\//, "")] : [];
    });
  } catch (cause) {
    throw new ModelCallError("malformed", "The provider did not answer with a list of models. Does the base URL end in /v1?", { cause });
  }
}
