import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { FastifyInstance } from "fastify";
import { openApiDocument } from "../open-api-document.ts";

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>API reference</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="reference"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;

const START = `SwaggerUIBundle({ url: "/openapi.json", dom_id: "#reference", deepLinking: true, validatorUrl: null });\n`;

const ASSETS = { "swagger-ui.css": "text/css; charset=utf-8", "swagger-ui-bundle.js": "text/javascript; charset=utf-8" } as const;

/** `/openapi.json` and, for people, `/docs`: everything comes from this server, so it works offline. */
export function referenceRoutes(app: FastifyInstance, version: string): void {
  let json: string | undefined;
  app.get("/openapi.json", async (_request, reply) => {
    json ??= JSON.stringify(openApiDocument(version));
    return reply.header("content-type", "application/json; charset=utf-8").send(json);
  });
  const page =
    (contentType: string, body: string | (() => Promise<Buffer>)) => async (_request: unknown, reply: import("fastify").FastifyReply) =>
      reply
        .headers({ "content-type": contentType, "content-security-policy": CSP, "cache-control": "max-age=3600" })
        .send(typeof body === "string" ? body : await body());
  app.get("/docs", page("text/html; charset=utf-8", PAGE));
  app.get("/docs/start.js", page("text/javascript; charset=utf-8", START));
  for (const [name, contentType] of Object.entries(ASSETS))
    app.get(
      `/docs/${name}`,
      page(contentType, () => readAsset(name)),
    );
}

/** Read when asked for: most servers never are. */
async function readAsset(name: string): Promise<Buffer> {
  return readFile(createRequire(import.meta.url).resolve(`@fastify/swagger-ui/static/${name}`));
}
