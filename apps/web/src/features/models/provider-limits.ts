import type { ModelProvider } from "@crew/contracts/model-providers";
import { formatCount, formatPlural } from "../../ui/format-figures.ts";

export type Limits = Pick<ModelProvider, "requestsPerMinute" | "tokensPerMinute" | "maxConcurrent">;
export type LimitTexts = Record<keyof Limits, string>;

export const LIMIT_WORDS: readonly { field: keyof Limits; label: string }[] = [
  { field: "requestsPerMinute", label: "Requests a minute" },
  { field: "tokensPerMinute", label: "Tokens a minute" },
  { field: "maxConcurrent", label: "Calls at once" },
];

export function limitTexts(limits: Limits): LimitTexts {
  const text = (limit: number | null) => (limit === null ? "" : String(limit));
  const { requestsPerMinute, tokensPerMinute, maxConcurrent } = limits;
  return { requestsPerMinute: text(requestsPerMinute), tokensPerMinute: text(tokensPerMinute), maxConcurrent: text(maxConcurrent) };
}

/** What is no number is told as such, before the contract would in its own words. */
export function limitIssues(texts: LimitTexts): Record<string, string> {
  const wrong = Object.entries(limitsOf(texts)).filter(([, limit]) => limit !== null && !(Number.isInteger(limit) && limit > 0));
  return Object.fromEntries(wrong.map(([field]) => [field, "Write a whole number from 1 on, or nothing."]));
}

export function limitsOf(texts: LimitTexts): Limits {
  const limit = (text: string) => (text.trim() === "" ? null : Number(text.replaceAll(/[\s,_]/g, "")));
  return {
    requestsPerMinute: limit(texts.requestsPerMinute),
    tokensPerMinute: limit(texts.tokensPerMinute),
    maxConcurrent: limit(texts.maxConcurrent),
  };
}

/** `60 requests a minute · 8 calls at once`; empty: no limit is set. */
export function limitsWords({ requestsPerMinute, tokensPerMinute, maxConcurrent }: Limits): string {
  return [
    requestsPerMinute === null ? "" : `${formatPlural(requestsPerMinute, "request")} a minute`,
    tokensPerMinute === null ? "" : `${formatPlural(tokensPerMinute, "token")} a minute`,
    maxConcurrent === null ? "" : `${formatPlural(maxConcurrent, "call")} at once`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Where less is let through than the limit allows, since the provider has refused calls; `null`: all is let through. */
export function slowedWords({ pace, requestsPerMinute }: Pick<ModelProvider, "pace" | "requestsPerMinute">): string | null {
  if (pace?.requestsPerMinute == null || pace.requestsPerMinute === requestsPerMinute) return null;
  const now = formatCount(pace.requestsPerMinute);
  if (requestsPerMinute === null) return `slowed to ${now} requests a minute after a refusal`;
  return `slowed to ${now} of ${formatCount(requestsPerMinute)} requests a minute after a refusal`;
}
