import type { OriginPolicy } from "@crew/auth/origin-policy";
import { AppError } from "@crew/core/app-error";
import type { FastifyRequest } from "fastify";

/** Spellings that we take, exactly: what parsers disagree on has been used to get around their checks. */
const CONTENT_TYPES = new Set(["application/json", "application/json; charset=utf-8", "application/json;charset=utf-8"]);

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Throws for a foreign Host: without this check a page that points its own name at this machine could read answers. */
export function refuseForeignHost(origins: OriginPolicy, request: FastifyRequest): void {
  if (!origins.allowsHost(request.headers.host))
    throw new AppError("forbidden", "This server does not answer for the host that was asked.");
}

/** Throws when the request could be another site's doing, or has a body that is not plainly JSON. */
export function refuseForeignRequest(origins: OriginPolicy, request: FastifyRequest): void {
  if (SAFE_METHODS.has(request.method)) return;
  const { origin, host, cookie } = request.headers;
  if ((origin !== undefined || cookie !== undefined) && !origins.allowsOrigin(origin, host))
    throw new AppError(
      "forbidden",
      "A request with a cookie must come from a page of this installation, and name it in the Origin header.",
    );
  const contentType = request.headers["content-type"];
  if (contentType !== undefined && !CONTENT_TYPES.has(contentType.toLowerCase()))
    throw new AppError("unsupported_media_type", "The Content-Type must be application/json.");
}
