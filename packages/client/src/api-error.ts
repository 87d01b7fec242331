import type { ErrorCode, Issue, Problem, Remedy } from "@crew/contracts/error-codes";

/** An answer that is not a success. `message` is a plain sentence that may be shown to a person. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly code: ErrorCode;
  /** 0: no answer came at all. */
  readonly status: number;
  readonly requestId: string | null;
  readonly issues: Issue[];
  /** With `stale`: the thing as it is now. */
  readonly current: unknown;
  readonly retryAfterMs: number | null;
  /** What would make the same request pass: the password once more, or a second factor to enroll. */
  readonly remedy: Remedy | null;

  constructor(
    problem: Pick<Problem, "code" | "status" | "detail"> & Partial<Problem>,
    more: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(problem.detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = problem.code;
    this.status = problem.status;
    this.requestId = problem.requestId ?? null;
    this.issues = problem.issues ?? [];
    this.current = problem.current;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.remedy = problem.remedy ?? null;
  }
}
