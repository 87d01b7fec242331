import { STATUS_CODES } from "node:http";
import { ERROR_STATUS, type ErrorCode, type Issue, type Problem } from "@crew/contracts/error-codes";
import { AppError } from "@crew/core/app-error";
import { isDatabaseAway } from "@crew/core/database-away";
import { noteSecurityEvent } from "@crew/core/security/note-security-event";
import type { Log, System } from "@crew/core/system";
import type { FastifyReply, FastifyRequest } from "fastify";

const RETRY_AFTER_SECONDS = 2;

/** Turns whatever was thrown into `application/problem+json`, once, for all routes. */
export function errorHandler(system: Pick<System, "log" | "securityJournal" | "metrics">) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const error = expectedError(thrown) ?? faultOfOurs(system.log, thrown, request);
    // What a step-up or a second factor remedies is a question, not a refusal.
    if (error.code === "forbidden" && request.actor && !error.detail.remedy) noteDenial(system, request);
    const { retryAfterSeconds } = error.detail;
    if (retryAfterSeconds !== undefined) reply.header("retry-after", String(Math.ceil(retryAfterSeconds)));
    if (error.code === "unauthenticated" && !reply.hasHeader("www-authenticate")) reply.header("www-authenticate", "Bearer");
    sendProblem(reply, problemOf(error, request.id));
  };
}

export function sendProblem(reply: FastifyReply, problem: Problem): void {
  reply
    .code(problem.status)
    .headers({ "content-type": "application/problem+json", "cache-control": "no-store" })
    .send(JSON.stringify(problem));
}

export function problemOf(error: AppError, requestId: string): Problem {
  const status = ERROR_STATUS[error.code];
  const { issues, remedy, current } = error.detail;
  return {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(issues && { issues }),
    ...(remedy && { remedy }),
    ...(current !== undefined && { current }),
  };
}

/** A list of what is wrong, each with its place, from zod's own. */
export function invalid(where: string, issues: readonly { path: PropertyKey[]; message: string; keys?: string[] }[]): AppError {
  const shown = issues.slice(0, 50).flatMap((issue): Issue[] => {
    const path = issue.path.map(String).join(".");
    // One line for each unknown field, with the field's own place.
    if (issue.keys) return issue.keys.slice(0, 20).map((key) => ({ path: path ? `${path}.${key}` : key, message: "is not known" }));
    return [{ path, message: issue.message }];
  });
  return new AppError("invalid", `The ${where} is not valid.`, { issues: shown });
}

function noteDenial(system: Parameters<typeof errorHandler>[0], { actor, ip, method, routeOptions }: FastifyRequest): void {
  const { kind, userId, workspaceId, apiKeyId = null } = actor ?? {};
  const detail = { route: `${method} ${routeOptions.url ?? ""}`, actor: kind, apiKeyId };
  noteSecurityEvent(system, { kind: "permission.denied", userId, workspaceId, address: ip, detail });
}

function faultOfOurs(log: Log, thrown: unknown, request: FastifyRequest): AppError {
  log.error({ err: thrown, requestId: request.id, method: request.method, route: request.routeOptions.url }, "a request failed");
  return new AppError("internal", "Something went wrong on our side. The log has the details under this request id.");
}

function expectedError(thrown: unknown): AppError | undefined {
  if (thrown instanceof AppError) return thrown;
  if (isDatabaseAway(thrown))
    return new AppError("unavailable", "The database cannot be reached. Try again in a moment.", {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      cause: thrown,
    });
  const status = (thrown as { statusCode?: unknown })?.statusCode;
  if (typeof status !== "number" || status >= 500) return undefined;
  return httpError(status, thrown);
}

const HTTP_CODES: Record<number, [ErrorCode, string]> = {
  404: ["not_found", "There is nothing at this address."],
  413: ["too_large", "The body is larger than this endpoint takes."],
  415: ["unsupported_media_type", "The Content-Type must be application/json."],
};

/** What the HTTP server itself refuses; its own words may quote the request, so ours are sent. */
function httpError(status: number, cause: unknown): AppError {
  const [code, message] = HTTP_CODES[status] ?? ["invalid", "The request cannot be read: its body, path or headers are malformed."];
  return new AppError(code, message, { cause });
}
