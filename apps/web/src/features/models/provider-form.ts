import type { CreateModelProvider, ModelProviderKind } from "@crew/contracts/model-providers";
import type { z } from "zod";

export interface ProviderForm {
  kind: ModelProviderKind;
  name: string;
  baseUrl: string;
  apiKey: string;
  /** One a line. */
  models: string;
}

interface KindWords {
  label: string;
  name: string;
  placeholder: string;
  addressHint?: string;
  addressIsOptional: boolean;
  keyIsOptional: boolean;
}

const vendor = { addressIsOptional: true, keyIsOptional: false };

export const PROVIDER_KINDS: Record<ModelProviderKind, KindWords> = {
  openai: { ...vendor, label: "OpenAI", name: "openai", placeholder: "https://api.openai.com/v1" },
  anthropic: { ...vendor, label: "Anthropic", name: "anthropic", placeholder: "https://api.anthropic.com/v1" },
  google: { ...vendor, label: "Google", name: "google", placeholder: "https://generativelanguage.googleapis.com/v1beta" },
  "openai-compatible": {
    label: "OpenAI-compatible (Ollama, vLLM …)",
    name: "local",
    placeholder: "http://127.0.0.1:11434/v1",
    addressHint: "A private address must be allowed by whoever runs this installation: CREW_EGRESS_ALLOW=127.0.0.1:11434",
    addressIsOptional: false,
    keyIsOptional: true,
  },
};

export function startForm(): ProviderForm {
  return { kind: "openai", name: PROVIDER_KINDS.openai.name, baseUrl: "", apiKey: "", models: "" };
}

export function providerBody(form: ProviderForm): z.input<typeof CreateModelProvider> {
  return {
    kind: form.kind,
    name: form.name.trim(),
    baseUrl: form.baseUrl.trim() || null,
    apiKey: form.apiKey.trim() || null,
    models: form.models
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean),
  };
}
