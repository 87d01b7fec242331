/** What tells more comes first: every browser names others for old times' sake. */
const FAMILIES: readonly [RegExp, string][] = [
  [/\bEdg(e|A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Chrome|CriOS|Chromium)\//, "Chrome"],
  [/\bVersion\/\S+ .*\bSafari\//, "Safari"],
  [/^curl\//, "curl"],
  [/^Wget\//i, "Wget"],
  [/^(python-(requests|httpx)|Python-urllib|aiohttp)\b/i, "Python"],
  [/^Go-http-client\//, "Go"],
  [/^(node|undici)\b/i, "Node.js"],
];

/** The family alone: the rest of the header tells people apart more than a log needs, and is whatever its sender likes. */
export function userAgentFamily(header: string | undefined): string | undefined {
  if (!header) return undefined;
  return FAMILIES.find(([pattern]) => pattern.test(header))?.[1] ?? "other";
}
