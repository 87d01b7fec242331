import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestMcpTool } from "../start-mcp-server.ts";
import { type Effect, EffectJournal } from "./effect-journal.ts";

export interface SinkBehavior {
  /** A key that was seen before is answered and has no second effect. */
  isDeduping: boolean;
  /** Before the answer; the effect has happened by then. */
  delayMs: number;
  /** What the next hits are answered with, one each: no answer at all, or a status. */
  faults: ("drop" | number)[];
}

export interface EffectsSink extends AsyncDisposable {
  /** `POST {url}/effects/{name}` has the effect of that name. */
  url: string;
  /** For CREW_EGRESS_ALLOW: it is on loopback. */
  host: string;
  /** Every hit, oldest first. */
  journal: readonly Effect[];
  behavior: SinkBehavior;
  /** From now on effects happen and nobody is answered, until `release`. */
  hold(): void;
  release(): void;
  waitForHits(count: number, timeoutMs?: number): Promise<void>;
  /** Tools of an MCP server whose calls are effects named as the tool is. */
  mcpTools(names: readonly string[]): TestMcpTool[];
}

/** Where tools have their effects: a real HTTP server on loopback that remembers what was done to the world. */
export async function startEffectsSink(behavior: Partial<SinkBehavior> = {}): Promise<EffectsSink> {
  const journal = new EffectJournal();
  let held = Promise.resolve();
  let release = () => {};

  const sink: EffectsSink = {
    url: "",
    host: "",
    journal: journal.effects,
    behavior: { isDeduping: true, delayMs: 0, faults: [], ...behavior },
    hold() {
      ({ promise: held, resolve: release } = Promise.withResolvers<void>());
    },
    release: () => release(),
    waitForHits: (count, timeoutMs = 10_000) => journal.waitFor(count, timeoutMs),
    mcpTools: (names) => names.map((name) => toolOf(name, (key, body) => happen(name, key, body), untilAnswered)),
    [Symbol.asyncDispose]: async () => {
      release();
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    },
  };

  const happen = (name: string, key: string | null, body: string): Effect =>
    journal.take({ name, key, body, isDeduping: sink.behavior.isDeduping });

  async function untilAnswered(): Promise<void> {
    if (sink.behavior.delayMs > 0) await sleep(sink.behavior.delayMs);
    await held;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = /^\/effects\/([\w.-]+)$/.exec(request.url ?? "")?.[1];
    if (name === undefined || request.method !== "POST") return void response.writeHead(404).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const fault = sink.behavior.faults.shift();
    const effect = happen(
      name,
      keyOf(request.headers["idempotency-key"] ?? request.headers["webhook-id"]),
      Buffer.concat(chunks).toString(),
    );
    response.once("close", () => {
      if (effect.outcome === "open") effect.outcome = "caller_gone";
    });
    await untilAnswered();
    if (response.destroyed) return;
    effect.outcome = fault === undefined ? "answered" : "faulted";
    if (fault === "drop") return void response.destroy();
    response.writeHead(fault ?? 200, { "content-type": "application/json" }).end(JSON.stringify({ done: name, repeat: effect.isRepeat }));
  }

  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await listening;
  sink.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  sink.url = `http://${sink.host}`;
  return sink;
}

/** A tool whose calls are an effect, and which answers when the sink does. */
function toolOf(name: string, happen: (key: string | null, body: string) => Effect, untilAnswered: () => Promise<void>): TestMcpTool {
  return {
    name,
    description: `Has the effect ${name}`,
    inputSchema: { properties: { note: { type: "string" } }, required: ["note"] },
    run: async (args, _headers, meta) => {
      const effect = happen(keyOf(meta?.["idempotency-key"]), JSON.stringify(args));
      await untilAnswered();
      effect.outcome = "answered";
      return { content: [{ type: "text", text: `${name} was done` }] };
    },
  };
}

function keyOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** How often something really happened, by name. */
export function effectsOf(journal: readonly Effect[], name: string): number {
  return journal.filter((effect) => effect.name === name && !effect.isRepeat).length;
}
