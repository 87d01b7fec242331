import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type LiveSocket, openLiveSocket } from "@crew/client/open-live-socket";
import { createApiKey } from "@crew/core/api-keys/create-api-key";
import { freePort } from "@crew/platform/database/embedded-postgres/free-port";
import { createActor } from "@crew/testing/actors";
import { type SpawnedProcess, spawnProcess } from "@crew/testing/spawn-process";
import { Pool } from "undici";
import { WebSocket } from "ws";
import type { BenchSite } from "./bench-site.ts";
import { ownAddress } from "./own-address.ts";

export interface IdleFigures {
  /** Live objects of one socket, its buffers included. */
  bytes: number;
  bareBytes: number;
  /** From the gateway's SIGTERM until the last client is back, and until the new one listens. */
  backMs: number;
  awayMs: number;
  /** By the new gateway, or by the API that gives tickets. */
  refused: number;
}

const PER_PERSON = 40;
const AT_ONCE = 50;
const BACK_WITHIN_MS = 120_000;

/** Clients as pages have them, each with its ticket and the workspace's topic, and nothing happens; then a restart. */
export async function idleSockets(site: BenchSite, count: number): Promise<IdleFigures> {
  await using api = site.spawn("tests/bench/bench-api.ts");
  const pool = new Pool(`http://127.0.0.1:${(await api.untilOutput(/listening (\d+)/, 180_000))[1]}`, { connections: 20 });
  const keys = await Promise.all(
    Array.from({ length: Math.ceil(count / PER_PERSON) }, async () => {
      const actor = await createActor(site.system);
      return (await createApiKey({ ...site.system, actor }, { name: "bench", expiresAt: null })).key;
    }),
  );
  const port = String(await freePort());
  const startGateway = async () => {
    const started = site.spawn("tests/bench/bench-gateway.ts", { PORT: port });
    await started.untilOutput(/listening/, 180_000);
    return started;
  };
  let gateway = await startGateway();
  let refused = 0;
  let isNew = false;
  class WatchedSocket extends WebSocket {
    constructor(url: string) {
      super(url, ownAddress());
      this.on("error", ({ message }) => isNew && /Unexpected server response/.test(message) && refused++);
      this.on("close", (code) => isNew && code !== 1006 && code !== 1000 && refused++);
    }
  }
  const getTicket = async (n: number) => {
    const headers = { authorization: `Bearer ${keys[Math.floor(n / PER_PERSON)]}` };
    const { statusCode, body } = await pool.request({ method: "POST", path: "/v1/socket-tickets", headers });
    const answer = (await body.json()) as { ticket: string };
    if (statusCode !== 201) refused++;
    return answer.ticket;
  };
  const ready = new Set<number>();
  const clients: LiveSocket[] = [];
  try {
    const empty = await memoryOf(gateway, 1);
    for (let n = 0; n < count; n++) {
      const client = openLiveSocket({
        url: `ws://127.0.0.1:${port}/ws`,
        getTicket: () => getTicket(n),
        WebSocket: WatchedSocket as unknown as typeof globalThis.WebSocket,
        onStatus: (status) => void (status === "ready" ? ready.add(n) : ready.delete(n)),
      });
      client.subscribe("workspace", {});
      clients.push(client);
      if (n % AT_ONCE === AT_ONCE - 1) await until(() => ready.size > n - AT_ONCE);
    }
    await until(() => ready.size === count);
    await sleep(2_000);
    const full = await memoryOf(gateway, 2);
    const startedAt = performance.now();
    await gateway.stop();
    gateway = await startGateway();
    const awayMs = performance.now() - startedAt;
    isNew = true;
    await until(() => ready.size === count);
    const backMs = performance.now() - startedAt;
    return { bytes: (full - empty) / count, bareBytes: await bareSockets(count), backMs, awayMs, refused };
  } finally {
    isNew = false;
    for (const client of clients) client.close();
    await gateway[Symbol.asyncDispose]();
    await pool.destroy();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + BACK_WITHIN_MS; !isSo(); await sleep(20))
    if (performance.now() > end) throw new Error(`the clients were not there within ${BACK_WITHIN_MS} ms`);
}

async function bareSockets(count: number): Promise<number> {
  await using server = spawnProcess("tests/bench/bare-sockets.ts");
  const url = `ws://127.0.0.1:${(await server.untilOutput(/listening (\d+)/))[1]}`;
  const empty = await memoryOf(server, 1);
  const sockets: WebSocket[] = [];
  for (let n = 0; n < count; n += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - n) }, () => new WebSocket(url));
    sockets.push(...some);
    await Promise.all(
      some.map(async (socket) => {
        await once(socket, "open");
        socket.send('{"type":"auth"}');
        await once(socket, "message");
      }),
    );
  }
  await sleep(2_000);
  const full = await memoryOf(server, 2);
  for (const socket of sockets) socket.terminate();
  return (full - empty) / count;
}

/** The `n`th reading of a process that runs `tellMemory`. */
async function memoryOf(server: SpawnedProcess, n: number): Promise<number> {
  process.kill(server.pid, "SIGUSR2");
  return Number((await server.untilOutput(new RegExp(`memory ${n} (\\d+)`)))[1]);
}
