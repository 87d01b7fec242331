import type { AuthSystem } from "@crew/auth/auth-system";
import type { Actor } from "@crew/core/access/actor";
import { clientNetwork } from "@crew/core/access/client-network";
import { AppError } from "@crew/core/app-error";
import { noteSecurityEvent } from "@crew/core/security/note-security-event";
import type { FastifyReply, FastifyRequest } from "fastify";

/** Requests in a minute, but for the last. */
export interface RateLimits {
  /** Reads of one person or one API key of the standard class; the other classes of routes and keys are shares of it. */
  perActor: number;
  /** For each network that shows no valid credentials. */
  perStranger: number;
  /** For each network, on what signs people in. */
  perSignIn: number;
  /** In one second, of the whole installation: passwords that are looked at, each of which costs some milliseconds and 19 MiB. */
  passwordsPerSecond: number;
}

export const RATE_LIMITS: RateLimits = { perActor: 600, perStranger: 600, perSignIn: 30, passwordsPerSecond: 10 };

const ROUTE_CLASSES = { read: 1, write: 1 / 2, "start-run": 1 / 3 } as const;
const KEY_CLASSES = { low: 1 / 5, standard: 1, high: 5 } as const;

type RouteClass = keyof typeof ROUTE_CLASSES;

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);
/** What makes agents work, and so costs money: new runs, messages to answer, runs to go on. */
const STARTS_RUN = /\/(runs|messages|fork|resume|retry|kickoff|run-now)$/;
const LOOKS_AT_PASSWORD =
  /^\/api\/auth\/(sign-in\/email|sign-up\/email|reset-password|change-password|change-email|delete-account|two-factor\/.*)$/;

export function routeClassOf({ method, routeOptions }: Pick<FastifyRequest, "method" | "routeOptions">): RouteClass {
  if (SAFE_METHODS.has(method)) return "read";
  return STARTS_RUN.test(routeOptions.url ?? "") ? "start-run" : "write";
}

type Needs = Pick<AuthSystem, "limiter"> & Parameters<typeof noteSecurityEvent>[0];

/** Somebody known: by key or person, kind of route and class of key. */
export async function limitActor(
  system: Needs,
  request: FastifyRequest,
  reply: FastifyReply,
  actor: Actor,
  limits: RateLimits,
): Promise<void> {
  const routeClass = routeClassOf(request);
  const points = Math.max(1, Math.floor(limits.perActor * ROUTE_CLASSES[routeClass] * KEY_CLASSES[actor.rateClass ?? "standard"]));
  const key = `actor:${actor.apiKeyId ?? actor.userId}:${routeClass}`;
  await takeOne(system, reply, { key, policy: routeClass, points, windowSeconds: 60 }, { userId: actor.userId, request });
}

/** Somebody who has shown nothing, or nothing that is valid: by network. */
export async function limitStranger(system: Needs, request: FastifyRequest, reply: FastifyReply, limits: RateLimits): Promise<void> {
  const key = `stranger:${clientNetwork(request.ip)}`;
  await takeOne(system, reply, { key, policy: "stranger", points: limits.perStranger, windowSeconds: 60 }, { request });
}

/** What signs people in: by network, and, where a password is looked at, by what this installation can look at in a second. */
export async function limitSignIn(system: Needs, request: FastifyRequest, reply: FastifyReply, limits: RateLimits): Promise<void> {
  const key = `sign-in:${clientNetwork(request.ip)}`;
  await takeOne(system, reply, { key, policy: "sign-in", points: limits.perSignIn, windowSeconds: 60 }, { request });
  if (!LOOKS_AT_PASSWORD.test(request.url.split("?", 1)[0] ?? "")) return;
  // The rest is told to come back at once, where waiting in line would end in a timeout for all.
  const all = { key: "passwords", policy: "passwords", points: limits.passwordsPerSecond, windowSeconds: 1 };
  await takeOne(system, reply, all, { request });
}

interface Take {
  key: string;
  /** Its name in the headers. */
  policy: string;
  points: number;
  windowSeconds: number;
}

/** Takes one and says in the headers what is left (the `RateLimit` fields of the IETF's draft). Throws `limited`. */
async function takeOne(
  system: Needs,
  reply: FastifyReply,
  { key, policy, points, windowSeconds }: Take,
  who: { request: FastifyRequest; userId?: string },
): Promise<void> {
  const { allowed, remaining, resetSeconds } = await system.limiter.take(`http:${key}`, { points, windowSeconds });
  const seconds = Math.ceil(resetSeconds);
  reply.header("ratelimit-policy", `"${policy}";q=${points};w=${windowSeconds}`);
  reply.header("ratelimit", `"${policy}";r=${Math.max(0, remaining)};t=${seconds}`);
  if (allowed) return;
  await noteOnce(system, key, policy, who);
  const window = windowSeconds === 60 ? "a minute" : `${windowSeconds} s`;
  throw new AppError("limited", `More than ${points} requests in ${window}. Wait ${seconds} s.`, { retryAfterSeconds: seconds });
}

/** Once a minute for each key: whoever sends thousands must not fill the log too. */
async function noteOnce(system: Needs, key: string, policy: string, who: { request: FastifyRequest; userId?: string }): Promise<void> {
  const { allowed } = await system.limiter.take(`noted:${key}`, { points: 1, windowSeconds: 60 });
  if (!allowed) return;
  const { userId, request } = who;
  noteSecurityEvent(system, { kind: "limit.reached", userId: userId ?? null, address: clientNetwork(request.ip), detail: { policy } });
}
