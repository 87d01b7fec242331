import type { AuthSystem } from "@crew/auth/auth-system";
import type { Endpoint } from "@crew/contracts/endpoint";
import { actingFor } from "@crew/core/access/acting-for";
import type { Actor } from "@crew/core/access/actor";
import { canonicalAddress } from "@crew/core/access/client-network";
import { requireSecondFactor } from "@crew/core/access/require-second-factor";
import { requireStepUp } from "@crew/core/access/require-step-up";
import { notFound } from "@crew/core/app-error";
import { userAgentFamily } from "@crew/core/audit/user-agent-family";
import { answerOnce } from "@crew/core/idempotency/answer-once";
import { logAbout } from "@crew/core/log-about";
import type { RequestInfo } from "@crew/core/system";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { AnswerCache } from "./answer-cache.ts";
import { answerRead, jsonOf, type ReadAnswer, readAnswer } from "./answer-read.ts";
import type { authenticate } from "./authenticate.ts";
import { invalid } from "./error-handler.ts";
import { readIdempotency, readIfMatch } from "./request-preconditions.ts";
import { linkBegunRun } from "./request-spans.ts";

/** What a verb is called with: all ports, and who asks. */
export type RouteCtx = AuthSystem & { actor: Actor; request: RequestInfo };

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

export interface RouteInput<E extends Endpoint> {
  params: Parsed<E["params"]>;
  query: Parsed<E["query"]>;
  body: Parsed<E["body"]>;
  /** Version that the caller has seen, from `If-Match`. */
  ifMatch: number | undefined;
  /** For the few that need a header or the connection. */
  http: FastifyRequest;
}

export type Handle<E extends Endpoint> = (ctx: RouteCtx, input: RouteInput<E>) => Promise<z.output<E["response"]>>;

export interface RouteOptions {
  /** Answers instead, and returns true, when the request asks for another form. */
  instead?: (ctx: RouteCtx, input: RouteInput<Endpoint>, reply: FastifyReply) => Promise<boolean>;
}

export type RegisterRoute = <E extends Endpoint>(endpoint: E, handle: Handle<E>, options?: RouteOptions) => void;

const NOTHING = z.strictObject({});

/**
 * The function that puts one endpoint of the contract on the server: who may call it, what is read, what is answered.
 * Answers go through the endpoint's schema, so that a field which the contract does not name cannot leave.
 */
export function routeRegistrar(
  app: FastifyInstance,
  system: AuthSystem,
  admit: ReturnType<typeof authenticate>,
  { keepsAnswers = true }: { keepsAnswers?: boolean | undefined } = {},
): RegisterRoute {
  const cache = new AnswerCache(system);
  return (endpoint, handle, options) => {
    app.route({
      method: endpoint.method,
      url: endpoint.path,
      ...(endpoint.bodyLimitBytes && { bodyLimit: endpoint.bodyLimitBytes }),
      onRequest: (request, reply) => admit(endpoint.auth ?? "any", request, reply),
      handler: async (request, reply) => {
        const ctx = ctxOf(system, request);
        if (request.actor && !endpoint.worksWithoutSecondFactor) requireSecondFactor(request.actor);
        const input = readInput(endpoint, request);
        if (endpoint.stepUp) await requireStepUp(ctx);
        if (options?.instead && (await options.instead(ctx, input as RouteInput<Endpoint>, reply))) return reply;
        if (endpoint.method === "GET") {
          const make = async (): Promise<ReadAnswer> => readAnswer(endpoint, await handle(ctx, input));
          const read =
            keepsAnswers && endpoint.cache && request.actor ? await cache.answer(endpoint, request.actor, request.url, make) : await make();
          return answerRead(endpoint, request, reply, read);
        }
        if (endpoint.idempotent) {
          const idempotency = readIdempotency(request, input.body, endpoint.status);
          if (idempotency) ctx.request.idempotency = idempotency;
        }
        const { result, wasReplayed } = ctx.request.idempotency
          ? await answerOnce(ctx, () => handle(ctx, input))
          : { result: await handle(ctx, input), wasReplayed: false };
        linkBegunRun(request, result);
        if (wasReplayed) reply.header("idempotency-replayed", "true");
        return answer(endpoint, reply, result);
      },
    });
  };
}

function ctxOf(system: AuthSystem, request: FastifyRequest): RouteCtx {
  // Without an actor only endpoints with `auth: "none"` come here; their verbs ask for none.
  const userAgent = userAgentFamily(request.headers["user-agent"]);
  const about: RequestInfo = { requestId: request.id, address: canonicalAddress(request.ip) ?? "unknown", ...(userAgent && { userAgent }) };
  const ctx = actingFor(system, request.actor as Actor, about) as RouteCtx;
  return Object.assign(ctx, { log: logAbout(system.log, { requestId: request.id }) });
}

function readInput<E extends Endpoint>(endpoint: E, request: FastifyRequest): RouteInput<E> {
  const input = { params: undefined, query: undefined, body: undefined, ifMatch: undefined, http: request } as Record<string, unknown>;
  if (endpoint.params) {
    const params = endpoint.params.safeParse(request.params);
    // An id that cannot exist is answered like one that does not.
    if (!params.success) throw notFound(nounOf(endpoint));
    input.params = params.data;
  }
  const query = (endpoint.query ?? NOTHING).safeParse(request.query);
  if (!query.success) throw invalid("query", query.error.issues);
  if (endpoint.query) input.query = query.data;
  if (endpoint.body) {
    const body = endpoint.body.safeParse(request.body);
    if (!body.success) throw invalid("body", body.error.issues);
    input.body = body.data;
  }
  if (endpoint.conditional) input.ifMatch = readIfMatch(request);
  return input as unknown as RouteInput<E>;
}

/** `/v1/model-providers/:providerId/test` → `model provider`. */
function nounOf(endpoint: Endpoint): string {
  const plural = endpoint.path.split("/:", 1)[0]?.split("/").at(-1) ?? "thing";
  return plural.replace(/s$/, "").replace("api-key", "API key").replace("-", " ");
}

function answer(endpoint: Endpoint, reply: FastifyReply, result: unknown): FastifyReply {
  reply.code(endpoint.status).header("cache-control", "no-store");
  if (endpoint.status === 204) return reply.send();
  if (endpoint.status === 201) {
    const id = (result as { id?: unknown } | null)?.id;
    if (typeof id === "string") reply.header("location", `${endpoint.path}/${id}`);
  }
  return reply.header("content-type", "application/json; charset=utf-8").send(jsonOf(endpoint, result).text);
}
