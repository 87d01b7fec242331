import { readServiceConfig } from "@crew/platform/config/read-config";
import { openSystem } from "@crew/platform/open-system";
import { untilSignal } from "@crew/platform/until-signal";
import { startWorker } from "./app.ts";
import { signOfLife } from "./sign-of-life.ts";

const config = readServiceConfig();
await using system = await openSystem(config);
await using _worker = await startWorker(system, { capacity: config.workerCapacity, runsOnly: config.workerRunsOnly });
using _alive = signOfLife(config);
system.log.info({ port: config.port }, "the worker is ready");
await untilSignal();
