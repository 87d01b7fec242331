import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** A model provider that costs almost nothing: 50 tokens, in one write or one each 4 ms. Run as a process of its own. */

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "stub", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const tokens = Array.from({ length: 50 }, (_, i) => chunk({ content: `word${i} ` }));
const end = `${chunk({}, "stop")}data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "stub", choices: [], usage: { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 } })}\n\ndata: [DONE]\n\n`;
const whole = tokens.join("") + end;

const server = createServer((request, response) => {
  request.resume().on("end", async () => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (!request.url?.startsWith("/trickle")) return response.end(whole);
    for (const token of tokens) {
      response.write(token);
      await sleep(4);
    }
    response.end(end);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address && typeof address === "object") console.log(`listening ${address.port}`);
});
