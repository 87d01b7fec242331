import type { CreateModelProvider, ModelProviderKind } from "@crew/contracts/model-providers";
import type { z } from "zod";
import { contextTokensOf } from "./context-tokens.ts";
import { type LimitTexts, limitsOf } from "./provider-limits.ts";

export interface ProviderForm {
  choice: ProviderChoice;
  name: string;
  baseUrl: string;
  apiKey: string;
  /** One a line. */
  models: string;
  /** A model and its tokens a line. */
  contexts: string;
  limits: LimitTexts;
}

interface ChoiceWords {
  kind: ModelProviderKind;
  label: string;
  name: string;
  /** What the address starts with. */
  baseUrl: string;
  placeholder: string;
  addressIsOptional: boolean;
  keyIsOptional: boolean;
}

const vendor = { baseUrl: "", addressIsOptional: true, keyIsOptional: false };
const compatible = { kind: "openai-compatible", addressIsOptional: false, keyIsOptional: true } as const;
/** Servers of models that people run beside the platform listen here unless told otherwise. */
const local = (port: number) => ({ ...compatible, baseUrl: `http://127.0.0.1:${port}/v1`, placeholder: `http://127.0.0.1:${port}/v1` });

export const PROVIDER_CHOICES = {
  openai: { ...vendor, kind: "openai", label: "OpenAI", name: "openai", placeholder: "https://api.openai.com/v1" },
  anthropic: { ...vendor, kind: "anthropic", label: "Anthropic", name: "anthropic", placeholder: "https://api.anthropic.com/v1" },
  google: { ...vendor, kind: "google", label: "Google", name: "google", placeholder: "https://generativelanguage.googleapis.com/v1beta" },
  ollama: { ...local(11_434), label: "Ollama", name: "ollama" },
  vllm: { ...local(8000), label: "vLLM", name: "vllm" },
  "lm-studio": { ...local(1234), label: "LM Studio", name: "lmstudio" },
  "openai-compatible": {
    ...compatible,
    label: "Other (OpenAI-compatible)",
    name: "other",
    baseUrl: "",
    placeholder: "https://models.example.org/v1",
  },
} satisfies Record<string, ChoiceWords>;
export type ProviderChoice = keyof typeof PROVIDER_CHOICES;

const NO_LIMITS: LimitTexts = { requestsPerMinute: "", tokensPerMinute: "", maxConcurrent: "" };

export function startForm(choice: ProviderChoice = "openai"): ProviderForm {
  const { name, baseUrl } = PROVIDER_CHOICES[choice];
  return { choice, name, baseUrl, apiKey: "", models: "", contexts: "", limits: NO_LIMITS };
}

/** Which private addresses a provider may have here, in words; `null`: this address is not private. */
export function addressAdvice(baseUrl: string, place: { isEmbedded: boolean; pageHost: string }): string | null {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (!url || !isPrivate(url.hostname)) return null;
  // As the server judges it: what only this machine reaches may reach this machine.
  if (place.isEmbedded && isLoopback(place.pageHost)) return "An address on this machine works as it is.";
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return `A private address, seen from the server. Whoever runs this installation must allow it: CREW_EGRESS_ALLOW=${url.hostname}:${port}`;
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
}

function isPrivate(host: string): boolean {
  return isLoopback(host) || !host.includes(".") || /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)|\.(?:local|internal|lan)$/.test(host);
}

export function providerBody(form: ProviderForm): z.input<typeof CreateModelProvider> {
  return {
    kind: PROVIDER_CHOICES[form.choice].kind,
    name: form.name.trim(),
    baseUrl: form.baseUrl.trim() || null,
    apiKey: form.apiKey.trim() || null,
    models: form.models
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean),
    contextTokens: contextTokensOf(form.contexts),
    ...limitsOf(form.limits),
  };
}
