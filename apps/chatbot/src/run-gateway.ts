import { readServiceConfig } from "@crew/platform/config/read-config";
import { openSystem } from "@crew/platform/open-system";
import { untilSignal } from "@crew/platform/until-signal";
import { buildChatbot } from "./app.ts";
import { gatewayServer } from "./gateway-server.ts";

const config = readServiceConfig();
await using system = await openSystem(config);
await using chatbot = await buildChatbot(system, { trustedProxies: config.trustedProxies });
await using _server = await gatewayServer(system, chatbot, { host: config.host, port: config.port ?? 3000 });
await untilSignal();
// While it tells its clients to come back, the balancer must not send them here.
await chatbot.close();
