import { UpdateModelProvider } from "@crew/contracts/model-providers";
import { expect, test } from "vitest";
import { contextText, contextTokensOf } from "./context-tokens.ts";

test("reads a model and its tokens from each line, and writes them the same", () => {
  expect(contextTokensOf(" llama3.2:3b 32,000\n\nqwen/big 131 072 ")).toEqual({ "llama3.2:3b": 32_000, "qwen/big": 131_072 });
  const text = "llama3.2:3b 32000\nqwen/big 131072";
  expect(contextText(contextTokensOf(text))).toBe(text);
});

test("a line without a number, or with a wrong one, is refused by the contract", () => {
  for (const line of ["llama", "llama many", "llama 10", "llama 2000.5"])
    expect(UpdateModelProvider.safeParse({ contextTokens: contextTokensOf(line) }).error?.issues[0]?.path[0]).toBe("contextTokens");
});
