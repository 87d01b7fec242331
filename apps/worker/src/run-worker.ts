import { createServer } from "node:http";
import { readConfig } from "@crew/platform/config/read-config";
import { openSystem } from "@crew/platform/open-system";
import { untilSignal } from "@crew/platform/until-signal";
import { startWorker } from "./app.ts";

/** Where the load balancer and Docker ask whether this process lives; runs need no port. */
const config = readConfig();
await using system = await openSystem(config, "worker");
await using _worker = await startWorker(system, { capacity: config.workerCapacity });
const health = createServer((_request, response) => response.writeHead(200, { "content-type": "text/plain" }).end("ok\n"));
if (config.port !== null) health.listen(config.port, config.host);
system.log.info({ port: config.port }, "the worker is ready");
await untilSignal();
health.close();
