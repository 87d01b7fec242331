import { createServer } from "node:http";
import { readConfig } from "@crew/platform/config/read-config";
import { openSystem } from "@crew/platform/open-system";
import { untilSignal } from "@crew/platform/until-signal";
import { startWorker } from "@crew/worker/app";
import { armPorts } from "./armed-ports.ts";

/** The worker's own composition, with failpoints at its ports. */
const config = readConfig();
await using opened = await openSystem(config);
const system = armPorts(opened, process.env.CREW_FAULT_POINTS ?? "");
await using _worker = await startWorker(system, { capacity: config.workerCapacity });
const health = createServer((_request, response) => response.writeHead(200).end("ok\n"));
health.listen(config.port ?? 0, config.host);
await untilSignal();
health.close();
