import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface PacedProvider extends AsyncDisposable {
  url: string;
  /** Milliseconds between two tokens, of calls in flight too; 0: the rest at once. */
  paceMs: number;
  /** Calls so far. */
  calls: number;
  /** How much of its text the newest call has been sent. */
  sentUnits: number;
}

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const end = `${chunk({}, "stop")}data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [], usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 } })}\n\ndata: [DONE]\n\n`;

/** A model that says the same text to everybody, at a pace that the test changes while it speaks. */
export async function startPacedProvider(tokens: readonly string[], paceMs: number): Promise<PacedProvider> {
  const server = createServer((request, response) => {
    request.resume().on("end", async () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const call = ++provider.calls;
      provider.sentUnits = 0;
      for (const token of tokens) {
        if (response.destroyed) return;
        response.write(chunk({ content: token }));
        if (call === provider.calls) provider.sentUnits += token.length;
        if (provider.paceMs > 0) await sleep(provider.paceMs);
      }
      response.end(end);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const provider: PacedProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paceMs,
    calls: 0,
    sentUnits: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  return provider;
}
