import { CreateModelProvider } from "@crew/contracts/model-providers";
import { expect, test } from "vitest";
import { addressAdvice, PROVIDER_CHOICES, type ProviderChoice, providerBody, startForm } from "./provider-form.ts";

const HERE = { isEmbedded: true, pageHost: "localhost" };

test("every choice of a server beside the platform is complete as it starts", () => {
  for (const choice of ["ollama", "vllm", "lm-studio"] as ProviderChoice[]) {
    expect(CreateModelProvider.parse(providerBody(startForm(choice)))).toMatchObject({
      kind: "openai-compatible",
      baseUrl: PROVIDER_CHOICES[choice].baseUrl,
      apiKey: null,
    });
  }
});

test("a local address needs nothing where only this machine reaches the installation", () => {
  expect(addressAdvice("http://127.0.0.1:11434/v1", HERE)).toMatch(/works as it is/);
});

test.each([
  ["a distributed installation", { isEmbedded: false, pageHost: "localhost" }, "http://127.0.0.1:11434/v1", "127.0.0.1:11434"],
  ["an embedded one that others reach", { isEmbedded: true, pageHost: "crews.example.org" }, "http://10.0.0.5:8000/v1", "10.0.0.5:8000"],
  ["a host without a port", { isEmbedded: false, pageHost: "crews.example.org" }, "https://models.internal/v1", "models.internal:443"],
])("%s says what the operator must allow", (_, place, address, allowed) => {
  expect(addressAdvice(address, place)).toContain(`CREW_EGRESS_ALLOW=${allowed}`);
});

test("a public address, or none yet, needs no advice", () => {
  for (const address of ["", "https:", "https://api.example.org/v1"]) expect(addressAdvice(address, HERE)).toBeNull();
});
