import type { Auth } from "@crew/auth/auth-system";
import { openAuth } from "@crew/auth/open-auth";
import { buildChatbot, type Chatbot, type ChatbotOptions } from "@crew/chatbot/app";
import { gatewayServer } from "@crew/chatbot/gateway-server";
import type { Actor } from "@crew/core/access/actor";
import { createSocketTicket } from "@crew/core/sessions/create-socket-ticket";
import type { OpenSystem } from "@crew/platform/open-system";

export interface TestGateway extends AsyncDisposable {
  url: string;
  chatbot: Chatbot;
  auth: Auth;
  ticketFor(actor: Actor): Promise<string>;
}

/** The socket gateway on a port of loopback. */
export async function openTestGateway(
  system: OpenSystem,
  limits: ChatbotOptions["limits"] = {},
  options: Pick<ChatbotOptions, "trustedProxies"> = {},
): Promise<TestGateway> {
  const auth = openAuth(system);
  const chatbot = await buildChatbot(system, { auth, ...options, limits: { closeSpreadMs: 50, ...limits } });
  const server = await gatewayServer(system, chatbot, { host: "127.0.0.1", port: 0 });
  return {
    url: `ws://127.0.0.1:${server.port}/ws`,
    chatbot,
    auth,
    ticketFor: async (actor) => (await createSocketTicket({ ...system, actor })).ticket,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
