import type { ErrorCode, Issue, Remedy } from "@crew/contracts/error-codes";

export interface AppErrorDetail {
  issues?: Issue[];
  /** With `stale`: the thing as it is now. */
  current?: unknown;
  /** With `limited` and `unavailable`: seconds until it is worth trying again. */
  retryAfterSeconds?: number;
  /** With `forbidden`: what the person can do about it. */
  remedy?: Remedy;
  cause?: unknown;
}

/** An expected failure; its message is written for whoever sent the request. Anything else thrown is a fault of ours. */
export class AppError extends Error {
  override name = "AppError";
  readonly code: ErrorCode;
  readonly detail: AppErrorDetail;
  constructor(code: ErrorCode, message: string, detail: AppErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.detail = detail;
  }
}

/** Also what exists in another workspace: whether it does is nobody else's business. */
export function notFound(what: string): AppError {
  return new AppError("not_found", `There is no ${what} with this id in your workspace.`);
}
