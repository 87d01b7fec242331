import { hash } from "node:crypto";
import type { Endpoint } from "@crew/contracts/endpoint";
import type { Permission } from "@crew/contracts/permissions";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

/** An answer as it goes over the wire, with the tag that a client can show to get it again only when it has changed. */
export interface ReadAnswer {
  text: string;
  etag: string;
  /** Of an endpoint that keeps answers with a field set: whether it is. */
  isSettled: boolean;
}

/** What tells of people, secrets and attacks stays in no browser's cache, not even to be asked about again. */
const NEVER_STORED: ReadonlySet<Permission> = new Set([
  "members:read",
  "audit:read",
  "security:read",
  "secrets:read",
  "api-keys:read",
  "oauth-clients:read",
]);

/** Through the endpoint's schema, so that a field which the contract does not name cannot leave. */
export function jsonOf(endpoint: Endpoint, result: unknown): { text: string; data: unknown } {
  const parsed = endpoint.response.safeParse(result);
  if (!parsed.success) throw new Error(`${endpoint.method} ${endpoint.path} broke its contract: ${z.prettifyError(parsed.error)}`);
  return { text: JSON.stringify(parsed.data), data: parsed.data };
}

export function readAnswer(endpoint: Endpoint, result: unknown): ReadAnswer {
  const { text, data } = jsonOf(endpoint, result);
  const field = endpoint.cache?.keptWith;
  const isSettled = field === undefined || (data as Record<string, unknown>)[field] != null;
  return { text, etag: `"${hash("sha256", text, "base64url").slice(0, 27)}"`, isSettled };
}

export function answerRead(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply, { text, etag }: ReadAnswer): FastifyReply {
  reply.header("cache-control", mayBeStored(endpoint) ? "private, no-cache" : "no-store").header("etag", etag);
  if (matchesTag(request.headers["if-none-match"], etag)) return reply.code(304).send();
  return reply.code(endpoint.status).header("content-type", "application/json; charset=utf-8").send(text);
}

function mayBeStored({ auth, needs }: Endpoint): boolean {
  return auth !== "session" && needs !== undefined && !NEVER_STORED.has(needs);
}

export function matchesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  // Proxies that compress make a tag weak; for a GET both kinds compare alike.
  return header.split(",", 50).some((tag) => tag.trim().replace(/^W\//, "") === etag || tag.trim() === "*");
}
