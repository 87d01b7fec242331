import { readServiceConfig } from "@crew/platform/config/read-config";
import { openSystem } from "@crew/platform/open-system";
import { untilSignal } from "@crew/platform/until-signal";
import { DRAIN_MS, startBackground } from "./background.ts";
import { signOfLife } from "./sign-of-life.ts";

const config = readServiceConfig();
await using system = await openSystem(config);
const background = await startBackground(system);
using _alive = signOfLife(config);
system.log.info({ port: config.port }, "the scheduler is ready");
await untilSignal();
await background.drain(DRAIN_MS);
