import Fastify, { type FastifyInstance } from "fastify";
import { type ServeConsoleOptions, serveConsole } from "./serve-console.ts";

/** The web process of a distributed installation: the console's files and a sign of life, without listening. */
export async function buildWeb(options: ServeConsoleOptions): Promise<FastifyInstance> {
  const web = Fastify({ forceCloseConnections: "idle" });
  web.get("/healthz", async (_request, reply) => reply.header("cache-control", "no-store").send({ status: "ok" }));
  await serveConsole(web, options);
  return web;
}
