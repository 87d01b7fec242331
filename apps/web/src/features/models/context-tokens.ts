/** A model and its tokens a line, such as `llama3.2:3b 32000`. What is no number becomes none, which the contract refuses. */
export function contextTokensOf(text: string): Record<string, number> {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const [model = "", ...tokens] = line.split(/\s+/);
      return [model, tokens.length === 0 ? Number.NaN : Number(tokens.join("").replaceAll(/[,_]/g, ""))];
    }),
  );
}

export function contextText(contextTokens: Record<string, number>): string {
  return Object.entries(contextTokens)
    .map(([model, tokens]) => `${model} ${tokens}`)
    .join("\n");
}
