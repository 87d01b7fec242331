import type { Auth } from "@crew/auth/auth-system";
import { tokenEndpoints } from "@crew/contracts/tokens";
import type { FastifyInstance } from "fastify";
import type { RegisterRoute } from "../route.ts";

/** Short enough that a key taken out of use is forgotten, long enough that nobody asks for each token. */
const JWKS_SECONDS = 60;

export function tokenRoutes(scope: FastifyInstance, route: RegisterRoute, auth: Auth): void {
  route(tokenEndpoints.create, (ctx) => auth.tokens.issue(ctx.actor));
  scope.get("/.well-known/jwks.json", async (_request, reply) => {
    reply.headers({ "cache-control": `public, max-age=${JWKS_SECONDS}`, "access-control-allow-origin": "*" });
    reply.header("content-type", "application/jwk-set+json").header("cross-origin-resource-policy", "cross-origin");
    return reply.send(JSON.stringify({ keys: await auth.tokens.keys.published() }));
  });
}
