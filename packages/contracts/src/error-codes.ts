import { z } from "zod";

/** The closed list of error codes and the HTTP status of each. Adding one is a change of the public contract. */
export const ERROR_STATUS = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 412,
  too_large: 413,
  unsupported_media_type: 415,
  limited: 429,
  internal: 500,
  unavailable: 503,
} as const;

export const ErrorCode = z.enum(Object.keys(ERROR_STATUS) as [keyof typeof ERROR_STATUS]);
export type ErrorCode = keyof typeof ERROR_STATUS;

/** With `forbidden`: what the person can do about it by themselves. */
export const Remedy = z.enum(["step_up", "second_factor"]);
export type Remedy = z.infer<typeof Remedy>;

export const Issue = z.object({ path: z.string(), message: z.string() });
export type Issue = z.infer<typeof Issue>;

/** The body of every error answer, `application/problem+json` (RFC 9457). */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: ErrorCode,
    requestId: z.string(),
    issues: z.array(Issue).optional(),
    /** `step_up`: prove who you are again, then repeat the request. `second_factor`: set one up, this workspace asks for it. */
    remedy: Remedy.optional(),
    /** With `stale`: the thing as it is now, so that nobody's text is lost. */
    current: z.unknown().optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;
