import type { Auth, AuthSystem } from "@crew/auth/auth-system";
import { identifyRequest } from "@crew/auth/identify-request";
import { RegisterOAuthClient } from "@crew/contracts/oauth-registration";
import { SCOPE_NAMES } from "@crew/contracts/oauth-scopes";
import { clientNetwork } from "@crew/core/access/client-network";
import { AppError } from "@crew/core/app-error";
import { registerOAuthClient } from "@crew/core/oauth-apps/register-oauth-client";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { limitStranger, type RateLimits } from "../rate-classes.ts";

const BODY_LIMIT_BYTES = 16 * 1024;
/** Of each address. */
const REGISTRATIONS = { points: 20, windowSeconds: 3_600 } as const;

/**
 * The authorization server (RFC 6749, 7009, 7591, 7636, 7662, 8414, 8707, 9207, 9728). Apart from the API: its bodies are
 * forms, its errors are OAuth's, and browsers of other origins may read what carries no cookie.
 */
export async function oauthServerRoutes(app: FastifyInstance, system: AuthSystem, auth: Auth, limits: RateLimits): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    for (const type of ["application/x-www-form-urlencoded", "application/json"])
      scope.addContentTypeParser(type, { parseAs: "string", bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) => done(null, body));
    scope.addHook("onRequest", async (request, reply) => {
      reply.header("cache-control", "no-store");
      await limitStranger(system, request, reply, limits);
    });
    const handle = (request: FastifyRequest, reply: FastifyReply) => handOver(system, auth, request, reply);
    for (const url of ["/oauth/authorize", "/oauth/authorize/:uid"]) scope.get(url, handle);
    for (const url of ["/oauth/token", "/oauth/introspect", "/oauth/revoke"]) {
      scope.post(url, handle);
      scope.options(url, handle);
    }
    for (const url of ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"]) scope.get(url, handle);
    scope.post("/oauth/register", (request, reply) => register(system, request, reply));
    scope.route({ method: ["GET", "POST"], url: "/oauth/userinfo", handler: (request, reply) => userInfo(auth, request, reply) });
    for (const resource of ["", "/v1", "/mcp"])
      scope.get(`/.well-known/oauth-protected-resource${resource}`, (_request, reply) => describeResource(auth, reply, resource || "/v1"));
    done();
  });
}

async function handOver(system: AuthSystem, auth: Auth, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { cookie } = request.headers;
  // Only our own cookie says whose browser it is, and only where a browser is sent.
  const isBrowser = request.method === "GET" && request.url.startsWith("/oauth/authorize/");
  const person = isBrowser ? await identifyRequest(system, auth, { cookie }) : undefined;
  if (isBrowser && !person) return reply.redirect(`/sign-in?next=${encodeURIComponent(request.url)}`, 303);
  const body = typeof request.body === "string" ? { body: request.body } : {};
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
  if (request.url.startsWith("/.well-known/")) reply.raw.setHeader("cross-origin-resource-policy", "cross-origin");
  reply.hijack();
  await auth.oauth
    .handle(request.raw, reply.raw, { ...body, userId: person?.userId ?? null })
    .catch((error: unknown) => refuse(system, reply, error));
  return reply;
}

/** After `hijack` Fastify answers no errors any more. */
function refuse(system: AuthSystem, reply: FastifyReply, error: unknown): void {
  if (!(error instanceof AppError)) system.log.error({ err: error, requestId: reply.request.id }, "the authorization server failed");
  if (reply.raw.headersSent) return void reply.raw.end();
  reply.raw.statusCode = error instanceof AppError ? (error.code === "forbidden" ? 403 : 400) : 500;
  reply.raw.setHeader("content-type", "text/plain; charset=utf-8");
  reply.raw.end(error instanceof AppError ? `${error.message}\n` : "The authorization server failed. Try again.\n");
}

async function register(system: AuthSystem, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const fail = (error: string, error_description: string) => reply.code(400).send({ error, error_description });
  const input = RegisterOAuthClient.safeParse(jsonOf(request.body));
  if (!input.success) {
    const [issue] = input.error.issues;
    return fail("invalid_client_metadata", `${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { allowed, resetSeconds } = await system.limiter.take(`oauth-registration:${clientNetwork(request.ip)}`, REGISTRATIONS);
  if (!allowed)
    throw new AppError("limited", "Too many apps were registered from here. Try again later.", { retryAfterSeconds: resetSeconds });
  const { client_name, redirect_uris, token_endpoint_auth_method } = input.data;
  const kind = token_endpoint_auth_method === "none" ? "public" : "confidential";
  try {
    const client = await registerOAuthClient(system, { name: client_name, kind, redirectUris: redirect_uris });
    return reply.code(201).send({
      client_id: client.id,
      client_id_issued_at: Math.floor(Date.parse(client.createdAt) / 1_000),
      ...(client.secret !== null && { client_secret: client.secret, client_secret_expires_at: 0 }),
      client_name,
      redirect_uris,
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method,
    });
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid") return fail("invalid_redirect_uri", error.message);
    throw error;
  }
}

function jsonOf(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}

/** Who gave the token: no more than an app needs to greet them. */
async function userInfo(auth: Auth, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const [scheme, token] = (request.headers.authorization ?? "").split(" ");
  const actor = scheme?.toLowerCase() === "bearer" && token ? await auth.tokens.identify(token, "read") : undefined;
  if (!actor) return reply.code(401).header("www-authenticate", 'Bearer error="invalid_token"').send({ error: "invalid_token" });
  return reply.send({ sub: actor.userId, workspace: actor.workspaceId });
}

function describeResource(auth: Auth, reply: FastifyReply, path: string): FastifyReply {
  reply.headers({ "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" });
  return reply.send({
    resource: `${auth.oauth.issuer}${path}`,
    authorization_servers: [auth.oauth.issuer],
    jwks_uri: `${auth.oauth.issuer}/.well-known/jwks.json`,
    scopes_supported: SCOPE_NAMES,
    bearer_methods_supported: ["header"],
    resource_name: "CrewAI Platform",
  });
}
