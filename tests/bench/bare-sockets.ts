import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { tellMemory } from "./tell-memory.ts";

/** What sockets cost by themselves: `ws` with the gateway's settings, which answers a frame with a frame. */
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: 256 * 1024 });
sockets.on("connection", (socket) => {
  socket.on("error", () => socket.terminate());
  socket.on("message", () => socket.send('{"type":"ready"}'));
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 }, () => {
  tellMemory();
  console.log(`listening ${(server.address() as AddressInfo).port}`);
});
