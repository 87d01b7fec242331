import type { Auth, AuthSystem } from "@crew/auth/auth-system";
import { identifyRequest } from "@crew/auth/identify-request";
import type { Endpoint } from "@crew/contracts/endpoint";
import type { Actor } from "@crew/core/access/actor";
import { AppError, notFound } from "@crew/core/app-error";
import type { FastifyReply, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    actor: Actor | null;
  }
}

export interface RateLimits {
  /** For each API key or person. */
  perActor: number;
  /** For each address that shows no valid credentials. */
  perStranger: number;
  /** For each address, on what signs people in. */
  perSignIn: number;
}

export const RATE_LIMITS: RateLimits = { perActor: 600, perStranger: 600, perSignIn: 30 };

const WINDOW_SECONDS = 60;

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Before the body is read: a stranger's megabytes are not worth parsing. */
export function authenticate(system: AuthSystem, auth: Auth, limits: RateLimits) {
  return async (mode: Endpoint["auth"], request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (mode === "none") return takeOne(system, reply, `stranger:${request.ip}`, limits.perStranger);
    const actor = await identifyFor(system, auth, request);
    if (!actor) {
      await takeOne(system, reply, `stranger:${request.ip}`, limits.perStranger);
      throw new AppError("unauthenticated", "Sign in, or send a valid API key or token as Authorization: Bearer.");
    }
    await takeOne(system, reply, `actor:${actor.apiKeyId ?? actor.userId}`, limits.perActor);
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
  if (workspaceId === undefined) return identifyRequest(system, auth, request.headers, use);
  try {
    return await identifyRequest(system, auth, { ...request.headers, "x-workspace-id": workspaceId }, use);
  } catch (error) {
    throw error instanceof AppError && error.code === "forbidden" ? notFound("workspace") : error;
  }
}

/** Takes one request of the minute's and says in the headers what is left. Throws `limited`. */
export async function takeOne(system: Pick<AuthSystem, "limiter">, reply: FastifyReply, key: string, points: number): Promise<void> {
  const { allowed, remaining, resetSeconds } = await system.limiter.take(`http:${key}`, { points, windowSeconds: WINDOW_SECONDS });
  const seconds = Math.ceil(resetSeconds);
  reply.header("ratelimit-policy", `"minute";q=${points};w=${WINDOW_SECONDS}`);
  reply.header("ratelimit", `"minute";r=${Math.max(0, remaining)};t=${seconds}`);
  if (!allowed)
    throw new AppError("limited", `More than ${points} requests in a minute. Wait ${seconds} s.`, { retryAfterSeconds: seconds });
}
