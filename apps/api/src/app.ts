import type { Auth, AuthSystem } from "@crew/auth/auth-system";
import { type AuthOptions, openAuth } from "@crew/auth/open-auth";
import { type TrustedProxies, trustProxies } from "@crew/core/access/client-address";
import { AppError } from "@crew/core/app-error";
import Fastify, { type FastifyInstance } from "fastify";
import { authenticate } from "./authenticate.ts";
import { errorHandler } from "./error-handler.ts";
import { keepJsonText, parseJson } from "./parse-json.ts";
import { RATE_LIMITS, type RateLimits } from "./rate-classes.ts";
import { refuseForeignHost, refuseForeignRequest } from "./request-guard.ts";
import { requestSpans } from "./request-spans.ts";
import { routeRegistrar } from "./route.ts";
import { agentRoutes } from "./routes/agent-routes.ts";
import { apiKeyRoutes } from "./routes/api-key-routes.ts";
import { approvalRoutes } from "./routes/approval-routes.ts";
import { auditRoutes } from "./routes/audit-routes.ts";
import { authRoutes } from "./routes/auth-routes.ts";
import { backupRoutes } from "./routes/backup-routes.ts";
import { conversationRoutes } from "./routes/conversation-routes.ts";
import { crewRoutes } from "./routes/crew-routes.ts";
import { deadLetterRoutes } from "./routes/dead-letter-routes.ts";
import { egressRoutes } from "./routes/egress-routes.ts";
import { haltRoutes } from "./routes/halt-routes.ts";
import { healthRoutes } from "./routes/health-routes.ts";
import { invitationRoutes } from "./routes/invitation-routes.ts";
import { mcpServerRoutes } from "./routes/mcp-server-routes.ts";
import { memoryRoutes } from "./routes/memory-routes.ts";
import { modelProviderRoutes } from "./routes/model-provider-routes.ts";
import { oauthAppRoutes } from "./routes/oauth-app-routes.ts";
import { oauthServerRoutes } from "./routes/oauth-server-routes.ts";
import { referenceRoutes } from "./routes/reference-routes.ts";
import { roleRoutes } from "./routes/role-routes.ts";
import { runEventStreams } from "./routes/run-event-stream.ts";
import { runLimitRoutes } from "./routes/run-limit-routes.ts";
import { runRoutes } from "./routes/run-routes.ts";
import { scheduleRoutes } from "./routes/schedule-routes.ts";
import { secretRoutes } from "./routes/secret-routes.ts";
import { securityEventRoutes } from "./routes/security-event-routes.ts";
import { sessionRoutes } from "./routes/session-routes.ts";
import { taskRoutes } from "./routes/task-routes.ts";
import { tokenRoutes } from "./routes/token-routes.ts";
import { toolRoutes } from "./routes/tool-routes.ts";
import { eventRoutes, triggerRoutes } from "./routes/trigger-routes.ts";
import { usageRoutes } from "./routes/usage-routes.ts";
import { webhookRoutes } from "./routes/webhook-routes.ts";
import { workerRoutes } from "./routes/worker-routes.ts";
import { workspaceRoutes } from "./routes/workspace-routes.ts";
import { API_HEADERS, HTTPS_HEADERS } from "./security-headers.ts";

export interface ApiOptions extends AuthOptions {
  /** Shared with whatever else is served beside the API, such as sockets; absent: one of its own. */
  auth?: Auth;
  rateLimits?: Partial<RateLimits>;
  /** False: every answer is made anew, as a bench compares it. */
  keepsAnswers?: boolean;
  /** None: the address that connects is the client's. */
  trustedProxies?: TrustedProxies;
}

/** What one client may hold open or send; the endpoints' own body limits stand beside them in the contract. */
const LIMITS = { requestTimeout: 30_000, connectionTimeout: 60_000, bodyLimit: 1024 * 1024 } as const;

/**
 * The API without listening: `await api.listen({ host, port })` makes it a server; whatever is mounted on it beside the
 * API (pages, sockets) shares its port, its Host check and its error answers, and brings its own headers.
 */
export async function buildApi(system: AuthSystem, options: ApiOptions = {}): Promise<FastifyInstance> {
  const auth = options.auth ?? openAuth(system, options);
  const limits = { ...RATE_LIMITS, ...options.rateLimits };
  const app = Fastify({
    ...LIMITS,
    logger: false,
    genReqId: () => system.newId("req"),
    requestIdHeader: false,
    trustProxy: trustProxies(options.trustedProxies ?? []),
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => {
      errorHandler(system)(error, request, reply as never);
    },
    forceCloseConnections: "idle",
  });
  app.setErrorHandler(errorHandler(system));
  app.setNotFoundHandler(() => {
    throw new AppError("not_found", "There is nothing at this address.");
  });
  app.decorateRequest("actor", null);
  const headers = system.installation.publicUrl.startsWith("https:") ? { ...API_HEADERS, ...HTTPS_HEADERS } : API_HEADERS;
  app.addHook("onRequest", (request, reply, done) => {
    // Refusals have them too, and whatever is mounted beside the API unless it brings its own.
    reply.headers(headers).header("x-request-id", request.id);
    if (!request.routeOptions.config.takesAnyHost) refuseForeignHost(auth.origins, request);
    done();
  });
  requestSpans(app, system);
  app.addHook("onResponse", (request, reply, done) => {
    const { method, routeOptions } = request;
    // The route, not the address: addresses may hold a sign-in token.
    const route = routeOptions.url ?? "none";
    system.metrics.count("http_requests", { route, method, status: String(reply.statusCode) });
    // A stream lasts as long as its reader likes.
    const isStream = String(reply.raw.getHeader("content-type")).startsWith("text/event-stream");
    if (!isStream) system.metrics.observe("http_request_seconds", { route, method }, reply.elapsedTime / 1_000);
    system.log.debug(
      { requestId: request.id, method, route: routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      "answered",
    );
    done();
  });
  await app.register((scope, _options, done) => {
    parseJson(scope);
    scope.addHook("onRequest", (request, _reply, done) => {
      refuseForeignRequest(auth.origins, request);
      done();
    });
    addRoutes(scope, system, auth, limits, options.keepsAnswers);
    done();
  });
  await app.register((scope, _options, done) => {
    keepJsonText(scope);
    scope.addHook("onRequest", (request, _reply, done) => {
      refuseForeignRequest(auth.origins, request);
      done();
    });
    eventRoutes(routeRegistrar(scope, system, authenticate(system, auth, limits)));
    done();
  });
  await oauthServerRoutes(app, system, auth, limits);
  return app;
}

function addRoutes(scope: FastifyInstance, system: AuthSystem, auth: Auth, limits: RateLimits, keepsAnswers: boolean | undefined): void {
  const route = routeRegistrar(scope, system, authenticate(system, auth, limits), { keepsAnswers });
  const streams = runEventStreams(system.log);
  scope.addHook("preClose", async () => streams.close());
  sessionRoutes(route, auth);
  workspaceRoutes(route);
  invitationRoutes(route);
  roleRoutes(route);
  apiKeyRoutes(route);
  tokenRoutes(scope, route, auth);
  oauthAppRoutes(route);
  crewRoutes(route);
  agentRoutes(route);
  securityEventRoutes(route);
  webhookRoutes(route);
  scheduleRoutes(route);
  triggerRoutes(route);
  memoryRoutes(route);
  taskRoutes(route);
  toolRoutes(route);
  egressRoutes(route);
  runRoutes(route, streams);
  runLimitRoutes(route);
  haltRoutes(route);
  approvalRoutes(route);
  deadLetterRoutes(route);
  workerRoutes(route);
  conversationRoutes(route);
  modelProviderRoutes(route);
  mcpServerRoutes(route);
  secretRoutes(route);
  usageRoutes(route);
  auditRoutes(route);
  backupRoutes(route);
  authRoutes(scope, system, auth, limits);
  referenceRoutes(scope, system.installation.version);
  healthRoutes(scope, system);
  // Whatever is mounted at `/` must not answer for the API's own paths.
  scope.all("/v1/*", (_request, reply) => reply.callNotFound());
}
