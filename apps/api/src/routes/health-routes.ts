import type { AuthSystem } from "@crew/auth/auth-system";
import { AppError } from "@crew/core/app-error";
import type { Statement } from "@crew/core/system";
import type { FastifyInstance } from "fastify";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answers whatever name the server was reached by. */
    takesAnyHost?: true;
  }
}

/** Orchestrators ask under addresses of their own, and the answers tell nothing. */
const config = { takesAnyHost: true } as const;

const PING: Statement = { name: "ping", text: "SELECT 1" };

/** `/healthz`: the process lives. `/readyz`: it can serve; not while it shuts down, so that the load balancer turns away first. */
export function healthRoutes(app: FastifyInstance, system: Pick<AuthSystem, "statements">): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.get("/healthz", { config }, async () => ({ status: "ok" }));
  app.get("/readyz", { config }, async () => {
    if (isClosing) throw new AppError("unavailable", "This server is shutting down.", { retryAfterSeconds: 5 });
    await system.statements.run(PING, []);
    return { status: "ready" };
  });
}
