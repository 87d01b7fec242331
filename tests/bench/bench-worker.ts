import { readConfig } from "@crew/platform/config/read-config";
import { openSystem } from "@crew/platform/open-system";
import { untilSignal } from "@crew/platform/until-signal";
import { startWorker } from "@crew/worker/app";

/** A worker as the embedded platform has it: in-process bus and cache, on the bench's own database. */
const config = readConfig({ ...process.env, REDIS_URL: "redis://unused" });
await using system = await openSystem({ ...config, redisUrl: null });
await using _worker = await startWorker(system, { capacity: config.workerCapacity });
console.log("ready");
await untilSignal();
