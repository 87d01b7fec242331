import { createHash } from "node:crypto";
import type { Auth, AuthSystem } from "@crew/auth/auth-system";
import { canonicalAddress } from "@crew/core/access/client-network";
import { AppError } from "@crew/core/app-error";
import { redeemSignInLink } from "@crew/core/sessions/redeem-sign-in-link";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { limitSignIn, limitStranger, type RateLimits } from "../rate-classes.ts";

const BODY_LIMIT_BYTES = 16 * 1024;

/** `/api/auth/*`, where people sign up, in and out, and `/start`, where the printed one-time link leads. */
export function authRoutes(app: FastifyInstance, system: AuthSystem, auth: Auth, limits: RateLimits): void {
  app.route({
    method: ["GET", "POST"],
    url: "/api/auth/*",
    bodyLimit: BODY_LIMIT_BYTES,
    handler: async (request, reply) => {
      if (request.method !== "GET" || isCallback(request)) await limitSignIn(system, request, reply, limits);
      else await limitStranger(system, request, reply, limits);
      const response = await auth.handle(webRequest(system, request), clientOf(request));
      for (const cookie of response.headers.getSetCookie()) reply.header("set-cookie", cookie);
      const leftovers = response.headers.get("clear-site-data");
      if (leftovers !== null) reply.header("clear-site-data", leftovers);
      const location = response.headers.get("location");
      if (location !== null) return reply.header("cache-control", "no-store").redirect(location, 302);
      return reply
        .code(response.status)
        .headers({ "cache-control": "no-store", "content-type": "application/json; charset=utf-8" })
        .send(await response.text());
    },
  });
  app.get("/start", async (request, reply) => {
    await limitSignIn(system, request, reply, limits);
    const { token } = request.query as { token?: unknown };
    const userId = await redeem(system, token);
    reply.header("cache-control", "no-store");
    if (userId) return reply.header("set-cookie", (await auth.passFirstFactor(userId, clientOf(request))).setCookie).redirect("/", 302);
    // Whoever opens the used link again in the same browser is signed in already.
    if (auth.cookie.read(request.headers.cookie)) return reply.redirect("/", 302);
    return sendLinkPage(reply);
  });
}

async function redeem(system: AuthSystem, token: unknown): Promise<string | undefined> {
  if (typeof token !== "string" || token.length > 200) return undefined;
  try {
    return (await redeemSignInLink(system, token)).userId;
  } catch (error) {
    if (error instanceof AppError && error.code === "unauthenticated") return undefined;
    throw error;
  }
}

/** Where another's sign-in page sends browsers back to. */
function isCallback(request: FastifyRequest): boolean {
  return request.url.startsWith("/api/auth/callback/");
}

function clientOf(request: FastifyRequest) {
  return { address: canonicalAddress(request.ip), userAgent: request.headers["user-agent"] ?? null };
}

function webRequest(system: AuthSystem, request: FastifyRequest): Request {
  const headers = new Headers();
  for (const name of ["cookie", "origin", "host", "user-agent", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"]) {
    const value = request.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  const body = request.method === "GET" ? undefined : JSON.stringify(request.body ?? {});
  return new Request(new URL(request.url, system.installation.publicUrl), { method: request.method, headers, body });
}

const STYLE = "body{font:16px/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem}code{font-size:.95em}";
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

function sendLinkPage(reply: FastifyReply): FastifyReply {
  return reply
    .code(410)
    .headers({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'`,
    })
    .send(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>This link cannot be used</title>
<style>${STYLE}</style>
<h1>This link cannot be used</h1>
<p>A sign-in link works once and for ten minutes; this one was used, is too old or is not complete.</p>
<p>Run <code>npm run link</code> in the platform's folder: it prints a fresh one.
If you have chosen an e-mail address and a password, <a href="/">sign in with them</a>.</p>
</html>
`);
}
