import { createServer } from "node:http";
import type { Config } from "@crew/platform/config/read-config";

/** Where the load balancer and Docker ask whether a process lives that serves nobody else. */
export function signOfLife({ host, port }: Pick<Config, "host" | "port">): Disposable {
  const server = createServer((_request, response) => response.writeHead(200, { "content-type": "text/plain" }).end("ok\n"));
  if (port !== null) server.listen(port, host);
  return { [Symbol.dispose]: () => server.close() };
}
