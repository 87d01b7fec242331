import { createHash } from "node:crypto";
import { AppError } from "@crew/core/app-error";
import type { RequestInfo } from "@crew/core/system";
import type { FastifyRequest } from "fastify";

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;
const ENTITY_TAG = /^(?:W\/)?"(\d{1,9})"$|^(\d{1,9})$/;

/** What core needs to answer the same request once. The fingerprint tells another request with the same key apart. */
export function readIdempotency(request: FastifyRequest, body: unknown, status: number): RequestInfo["idempotency"] {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key !== "string" || !IDEMPOTENCY_KEY.test(key))
    throw new AppError("invalid", "The Idempotency-Key must have 1 to 255 visible ASCII characters.");
  const path = request.url.split("?", 1)[0];
  const fingerprint = createHash("sha256")
    .update(`${request.method}\n${path}\n${JSON.stringify(body ?? null)}`)
    .digest("base64url");
  return { key, fingerprint, status };
}

/** The version in `If-Match: "3"`; `undefined` when it is absent or `*`. */
export function readIfMatch(request: FastifyRequest): number | undefined {
  const header = request.headers["if-match"];
  if (header === undefined || header.trim() === "*") return undefined;
  const found = ENTITY_TAG.exec(header.trim());
  if (!found) throw new AppError("invalid", 'If-Match must be the version in quotes, such as "3".');
  return Number(found[1] ?? found[2]);
}
