import { buildChatbot } from "@crew/chatbot/app";
import { gatewayServer } from "@crew/chatbot/gateway-server";
import { readConfig } from "@crew/platform/config/read-config";
import { openSystem } from "@crew/platform/open-system";
import { untilSignal } from "@crew/platform/until-signal";
import { tellMemory } from "./tell-memory.ts";

/** The gateway as it is; besides, it tells its memory when asked. */
const config = readConfig();
await using system = await openSystem(config);
await using chatbot = await buildChatbot(system, { trustedProxies: ["loopback"] });
await using server = await gatewayServer(system, chatbot, { host: "127.0.0.1", port: config.port ?? 0 });
tellMemory();
console.log(`listening ${server.port}`);
await untilSignal();
await chatbot.close();
