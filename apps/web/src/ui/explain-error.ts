import { ApiError } from "@crew/client/api-error";
import type { ErrorCode, Issue } from "@crew/contracts/error-codes";

export interface ExplainedError {
  reason: string;
  advice: string;
  requestId: string | null;
  issues: Issue[];
}

const ADVICE: Partial<Record<ErrorCode, string>> = {
  unauthenticated: "Sign in again.",
  forbidden: "Ask an owner of this workspace for the permission.",
  not_found: "It may have been deleted, or it belongs to another workspace.",
  conflict: "Read the page anew and try once more.",
  limited: "Wait a moment and try once more.",
  too_large: "Make it smaller and try once more.",
  internal: "Try once more; if it stays, the log of the server says more about this request.",
};

/** Puts an error into words for a person. */
export function explainError(error: unknown): ExplainedError {
  if (error instanceof ApiError) {
    return { reason: error.message, advice: ADVICE[error.code] ?? "", requestId: error.requestId, issues: error.issues };
  }
  return {
    reason: error instanceof Error ? error.message : "Something unexpected happened.",
    advice: "Load the page anew; if it stays, the log of the server says more.",
    requestId: null,
    issues: [],
  };
}
