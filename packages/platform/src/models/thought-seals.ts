import type { LanguageModelV4Message, SharedV4ProviderMetadata } from "@ai-sdk/provider";
import type { Thought } from "@crew/engine/model";

/**
 * What Anthropic and Google want back with the tool calls that thinking led to, as it is journalled: a signed thought, one
 * that is hidden whole, or a signature on the call itself. They think where a model does so by itself; nobody is asked to.
 */
const SIGNED = "signature:";
const HIDDEN = "redacted:";

/** Of a thought of Anthropic. */
export function sealOfThought(metadata: SharedV4ProviderMetadata | undefined): string | undefined {
  const { signature, redactedData } = metadata?.anthropic ?? {};
  if (typeof signature === "string") return SIGNED + signature;
  return typeof redactedData === "string" ? HIDDEN + redactedData : undefined;
}

/** Of a tool call of Google. */
export function sealOfCall(metadata: SharedV4ProviderMetadata | undefined): string | undefined {
  const signature = metadata?.google?.thoughtSignature;
  return typeof signature === "string" ? signature : undefined;
}

type Part = Extract<LanguageModelV4Message, { role: "assistant" }>["content"][number];

export function thoughtParts({ text, seal = "" }: Thought): Part[] {
  if (seal.startsWith(SIGNED)) {
    return [{ type: "reasoning", text, providerOptions: { anthropic: { signature: seal.slice(SIGNED.length) } } }];
  }
  if (!seal.startsWith(HIDDEN)) return [];
  return [{ type: "reasoning", text: "", providerOptions: { anthropic: { redactedData: seal.slice(HIDDEN.length) } } }];
}

export function callOptions(seal = ""): Pick<Part, "providerOptions"> {
  return seal === "" ? {} : { providerOptions: { google: { thoughtSignature: seal } } };
}
