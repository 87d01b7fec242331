import { estimateRequestTokens, estimateTokens } from "@crew/engine/estimate-tokens";
import type { ModelRequest } from "@crew/engine/model";
import type { ModelRoute } from "../../system.ts";
import type { AttemptRecord } from "./journal-repository.ts";

/** What a call has taken; `isEstimated`: by our own count. */
export type CountedUsage = Pick<AttemptRecord, "costUsd" | "isEstimated"> & { inputTokens: number; outputTokens: number };

/** What a call has taken by our own count, as far as its text has come. */
export function estimateUsage(route: ModelRoute, request: ModelRequest, text: string): CountedUsage {
  const inputTokens = estimateRequestTokens(request);
  const outputTokens = estimateTokens(text);
  return { inputTokens, outputTokens, costUsd: route.priceOf({ inputTokens, outputTokens }), isEstimated: true };
}

/** Of an attempt that is not charged: it never left, it failed, or it is made again. */
export const NO_USAGE = { inputTokens: null, outputTokens: null, costUsd: null, isEstimated: false } as const;
