import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ConsoleFile } from "./console-file.ts";
import { ConsoleFiles } from "./console-files.ts";
import { contentPolicy, SECURITY_HEADERS } from "./content-policy.ts";
import { MISSING_BUILD_PAGE } from "./missing-build-page.ts";

export interface ServeConsoleOptions {
  /** Output folder of the web build, `apps/web/out`. */
  outDir: string;
  /** Origins beside the page's own that it may connect to. */
  connectSources?: readonly string[];
  /** Whether people come over HTTPS: then browsers are told to stay there. */
  isHttps?: boolean;
}

/** Addresses of the other services behind the same origin: an unknown one there is answered as they answer, not with a page. */
const NOT_OURS = /^\/(?:v1|api|ws|amp|openai|mcp|\.well-known|docs|openapi\.json|healthz|readyz|metrics)(?:\/|$)/;

/**
 * Serves the static console at every address that no other route takes. Adds `GET` and `HEAD` for `/*`; more exact
 * routes of the same server win, whatever the order of registration.
 */
export async function serveConsole(fastify: FastifyInstance, options: ServeConsoleOptions): Promise<void> {
  const connectSources = options.connectSources ?? [];
  let files = await ConsoleFiles.open(options.outDir);

  fastify.get("/*", { schema: { hide: true } as object }, async (request, reply) => {
    const path = pathOf(request);
    if (path !== undefined && NOT_OURS.test(path)) return reply.callNotFound();
    reply.headers(SECURITY_HEADERS);
    if (options.isHttps) reply.header("strict-transport-security", "max-age=63072000; includeSubDomains");
    files ??= await ConsoleFiles.open(options.outDir);
    if (!files) return sendMissingBuild(reply);
    const file = path === undefined ? undefined : files.find(path);
    if (file) return sendFile(request, reply, file, connectSources);
    reply.code(404);
    if (files.notFoundPage && acceptsPage(request)) return sendFile(request, reply, files.notFoundPage, connectSources);
    return reply.type("text/plain; charset=utf-8").send("Not found\n");
  });
}

async function sendFile(request: FastifyRequest, reply: FastifyReply, file: ConsoleFile, connectSources: readonly string[]) {
  reply.header("etag", file.etag).header("cache-control", file.cacheControl).header("vary", "accept-encoding");
  if (file.isPage) reply.header("content-security-policy", contentPolicy(file.scriptHashes, connectSources));
  if (reply.statusCode === 200 && request.headers["if-none-match"]?.split(",").some((tag) => tag.trim() === file.etag))
    return reply.code(304).send();
  const encoding = file.encodingFor(request.headers["accept-encoding"]);
  if (encoding !== "identity") reply.header("content-encoding", encoding);
  return reply.type(file.contentType).send(await file.bytes(encoding));
}

function sendMissingBuild(reply: FastifyReply) {
  return reply
    .code(503)
    .header("cache-control", "no-store")
    .header("content-security-policy", "default-src 'none'; frame-ancestors 'none'")
    .type("text/html; charset=utf-8")
    .send(MISSING_BUILD_PAGE);
}

/** The decoded path without query; `undefined` where it cannot be decoded. */
function pathOf(request: FastifyRequest): string | undefined {
  try {
    return decodeURIComponent(request.url.split("?", 1)[0] ?? "/");
  } catch {
    return undefined;
  }
}

function acceptsPage(request: FastifyRequest): boolean {
  return request.headers.accept?.includes("text/html") ?? false;
}
