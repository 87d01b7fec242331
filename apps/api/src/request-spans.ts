import type { System } from "@crew/core/system";
import type { OpenSpan } from "@crew/core/traces-port";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    span: OpenSpan | null;
  }
}

/** A span for each request, by its route: addresses may hold a token. Without a collector there are no hooks at all. */
export function requestSpans(app: FastifyInstance, { traces }: Pick<System, "traces">): void {
  app.decorateRequest("span", null);
  if (!traces.isOn) return;
  app.addHook("onRequest", (request, reply, done) => {
    const { method, routeOptions, id } = request;
    const route = routeOptions.url ?? "none";
    const attributes = { "http.request.method": method, "http.route": route, "crew.request.id": id };
    request.span = traces.begin({ name: `${method} ${route}`, kind: "server", attributes });
    // Also of a stream whose reader has gone, which is never finished.
    reply.raw.once("close", () => endSpan(request, reply));
    request.span.within(done);
  });
  // The body came by events of the connection, which know nothing of the request.
  app.addHook("preValidation", (request, _reply, done) => {
    if (request.span) request.span.within(done);
    else done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    endSpan(request, reply);
    done();
  });
}

function endSpan(request: FastifyRequest, { raw: { statusCode } }: FastifyReply): void {
  const { actor, span } = request;
  if (span === null) return;
  request.span = null;
  span.set({ "http.response.status_code": statusCode, "crew.workspace.id": actor?.workspaceId });
  if (statusCode >= 500) span.fail(String(statusCode));
  span.end();
}

/** A run that the request has begun has a trace of its own, which its span leads to. */
export function linkBegunRun({ span }: FastifyRequest, result: unknown): void {
  if (span === null || typeof result !== "object" || result === null) return;
  const { id, runId, answer } = result as { id?: unknown; runId?: unknown; answer?: { runId?: unknown } | null };
  for (const one of [id, runId, answer?.runId]) if (typeof one === "string" && one.startsWith("run_")) span.link(one);
}
