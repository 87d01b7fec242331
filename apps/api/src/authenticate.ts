import type { Auth, AuthSystem } from "@crew/auth/auth-system";
import { identifyRequest } from "@crew/auth/identify-request";
import type { Endpoint } from "@crew/contracts/endpoint";
import type { Actor } from "@crew/core/access/actor";
import { AppError, notFound } from "@crew/core/app-error";
import type { FastifyReply, FastifyRequest } from "fastify";
import { limitActor, limitStranger, type RateLimits } from "./rate-classes.ts";

declare module "fastify" {
  interface FastifyRequest {
    actor: Actor | null;
  }
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Before the body is read: a stranger's megabytes are not worth parsing. */
export function authenticate(system: AuthSystem, auth: Auth, limits: RateLimits) {
  return async (mode: Endpoint["auth"], request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (mode === "none") return limitStranger(system, request, reply, limits);
    const actor = await identifyFor(system, auth, request);
    if (!actor) {
      await limitStranger(system, request, reply, limits);
      // Where an app finds out how to get a token (RFC 9728).
      const metadata = `resource_metadata="${auth.oauth.issuer}/.well-known/oauth-protected-resource"`;
      const fault = request.headers.authorization === undefined ? "" : ', error="invalid_token"';
      reply.header("www-authenticate", `Bearer ${metadata}${fault}`);
      throw new AppError("unauthenticated", "Sign in, or send a valid API key or token as Authorization: Bearer.");
    }
    await limitActor(system, request, reply, actor, limits);
    // A token stands for a person too, but whoever holds it need not sit before the browser that has the session.
    if (mode === "session" && (actor.kind !== "user" || request.headers.authorization !== undefined))
      throw new AppError("forbidden", "This needs a person who is signed in, not an API key or a token.");
    request.actor = actor;
  };
}

/** A session acts in the workspace that the path names; one that its person is not in is answered like one that does not exist. */
async function identifyFor(system: AuthSystem, auth: Auth, request: FastifyRequest): Promise<Actor | undefined> {
  const use = SAFE_METHODS.has(request.method) ? "read" : "write";
  const { workspaceId } = (request.params ?? {}) as { workspaceId?: string };
  if (workspaceId === undefined) return identifyRequest(system, auth, request.headers, use, request.ip);
  try {
    return await identifyRequest(system, auth, { ...request.headers, "x-workspace-id": workspaceId }, use, request.ip);
  } catch (error) {
    throw error instanceof AppError && error.code === "forbidden" ? notFound("workspace") : error;
  }
}
