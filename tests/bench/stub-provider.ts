import { createServer, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * A model provider that costs almost nothing: 50 tokens, in one write or one each 4 ms. `/timed` says tokens at 25 a second,
 * each with its number and the moment when it was said; the model's name is how many. Run as a process of its own.
 */

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "stub", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const tokens = Array.from({ length: 50 }, (_, i) => chunk({ content: `word${i} ` }));
const end = `${chunk({}, "stop")}data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "stub", choices: [], usage: { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 } })}\n\ndata: [DONE]\n\n`;
const whole = tokens.join("") + end;

const TIMED_MS = 40;

async function sayTimed(response: ServerResponse, count: number): Promise<void> {
  const startedAt = performance.now();
  for (let i = 0; i < count && !response.destroyed; i++) {
    response.write(chunk({ content: `${i}@${(performance.timeOrigin + performance.now()).toFixed(1)} ` }));
    await sleep(Math.max(0, startedAt + (i + 1) * TIMED_MS - performance.now()));
  }
  response.end(end);
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (text: string) => {
    body += text;
  });
  request.on("end", async () => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (request.url?.startsWith("/timed") && request.method === "POST")
      return sayTimed(response, Number((JSON.parse(body) as { model: string }).model));
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
