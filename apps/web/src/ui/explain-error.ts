import type { ErrorCode, Issue, Problem } from "@crew/contracts/error-codes";

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
  unavailable: "The server is starting or stopping. Try again in a few seconds.",
};

/** The problem document inside an error that the client has thrown, if it carries one. */
export function problemOf(error: unknown): Problem | null {
  if (typeof error !== "object" || error === null || !("problem" in error)) return null;
  const { problem } = error;
  return typeof problem === "object" && problem !== null && "code" in problem ? (problem as Problem) : null;
}

/** Puts an error into words for a person. */
export function explainError(error: unknown): ExplainedError {
  const problem = problemOf(error);
  if (problem) {
    return {
      reason: problem.detail || problem.title,
      advice: ADVICE[problem.code] ?? "",
      requestId: problem.requestId || null,
      issues: problem.issues ?? [],
    };
  }
  return {
    reason:
      error instanceof TypeError
        ? "The server does not answer."
        : error instanceof Error
          ? error.message
          : "Something unexpected happened.",
    advice: "See whether it is still running, then try again.",
    requestId: null,
    issues: [],
  };
}
