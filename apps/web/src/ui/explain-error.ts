import { ApiError } from "@crew/client/api-error";
import type { ErrorCode, Issue } from "@crew/contracts/error-codes";

export interface ExplainedError {
  reason: string;
  advice: string;
  requestId: string | null;
  issues: Issue[];
  /** The same call will be refused again. */
  isForbidden: boolean;
  /** It passes once the person has a second factor: lead to where one sets it up. */
  needsSecondFactor: boolean;
}

const ADVICE: Partial<Record<ErrorCode, string>> = {
  unauthenticated: "Sign in again.",
  forbidden: "Ask an owner of this workspace for the permission.",
  not_found: "It may have been deleted, or it belongs to another workspace.",
  limited: "Wait a moment and try once more.",
  too_large: "Make it smaller and try once more.",
  internal: "Try once more; if it stays, the log of the server says more about this request.",
};

/** One field of a short form, and a sentence about it: the field's own line would say the same once more. */
function isSaidAlready({ message, issues }: ApiError): boolean {
  return issues.length === 1 && /^\w+$/.test(issues[0]?.path ?? "") && !/^The (?:body|query) is not valid/.test(message);
}

/** Puts an error into words for a person. */
export function explainError(error: unknown): ExplainedError {
  if (error instanceof ApiError) {
    const advice = error.remedy ? "" : (ADVICE[error.code] ?? "");
    return {
      reason: error.message,
      advice,
      requestId: error.requestId,
      issues: isSaidAlready(error) ? [] : error.issues,
      isForbidden: error.code === "forbidden",
      needsSecondFactor: error.remedy === "second_factor",
    };
  }
  return {
    reason: error instanceof Error ? error.message : "Something unexpected happened.",
    advice: "Load the page anew; if it stays, the log of the server says more.",
    requestId: null,
    issues: [],
    isForbidden: false,
    needsSecondFactor: false,
  };
}
