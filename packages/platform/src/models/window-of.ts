import { UNKNOWN_WINDOW_TOKENS } from "@crew/core/system";
import { type PricedModel, windowInTable } from "./prices.ts";

/** Ollama serves models with a short window unless its operator says otherwise, and cuts what is longer without a word. */
const OLLAMA_WINDOW_TOKENS = 8_000;
const OLLAMA_PORT = "11434";

/** Tokens that a model reads and writes together: as the bundled table has it, else a cautious guess. */
export function windowOf(model: PricedModel & { name: string }): number {
  return windowInTable(model) ?? (isOllama(model) ? OLLAMA_WINDOW_TOKENS : UNKNOWN_WINDOW_TOKENS);
}

function isOllama({ name, baseUrl }: { name: string; baseUrl: string | null }): boolean {
  return name === "ollama" || (baseUrl !== null && URL.parse(baseUrl)?.port === OLLAMA_PORT);
}
