import { createFirstOwner } from "@crew/auth/create-first-owner";
import { readServiceConfig } from "@crew/platform/config/read-config";
import { openSystem } from "@crew/platform/open-system";
import { untilSignal } from "@crew/platform/until-signal";
import { buildApi } from "./app.ts";

const config = readServiceConfig();
await using system = await openSystem(config);
if (config.admin) await createFirstOwner(system, config.admin);
await using api = await buildApi(system, { trustedProxies: config.trustedProxies });
await api.listen({ host: config.host, port: config.port ?? 3000 });
system.log.info({ host: config.host, port: config.port ?? 3000 }, "the API listens");
await untilSignal();
