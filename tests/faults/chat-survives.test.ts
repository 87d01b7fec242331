import { setTimeout as sleep } from "node:timers/promises";
import { joinInstallation } from "@crew/testing/join-installation";
import { startInstallation } from "@crew/testing/start-installation";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { expect, test } from "vitest";
import { ChatViewer } from "./chat-viewer.ts";
import { figure, SEED } from "./fault-profile.ts";
import { startPacedProvider } from "./paced-provider.ts";
import { seededRandom } from "./seeded-random.ts";

const VIEWERS = figure("CREW_FAULT_VIEWERS", { short: 8, long: 20 });
const FAULTS = figure("CREW_FAULT_CHAT_FAULTS", { short: 20, long: 100 });
/** A third worker in a row that is lost before the answer is done would end it, by design. */
const WORKER_KILLS = 2;
const GATEWAY_KILLS = figure("CREW_FAULT_GATEWAY_KILLS", { short: 2, long: 8 });
const TOKEN_MS = 30;
/** Enough for all faults at that pace on a slow machine; the rest is said quickly. */
const TOKENS = figure("CREW_FAULT_TOKENS", { short: 4_000, long: 12_000 });

type Fault = "reload" | "cut" | "gateway" | "worker" | "redis";

/** Every word occurs once, with what encodings trip over; so a text that has lost or doubled something is no prefix. */
const tokens = Array.from({ length: TOKENS }, (_, i) => `${i}${["é", "😀", '"', "\\", "\n", ""][i % 6]} `);
const TEXT = tokens.join("");

function plan(random: () => number): Fault[] {
  const services = [...Array<Fault>(GATEWAY_KILLS).fill("gateway"), ...Array<Fault>(WORKER_KILLS).fill("worker"), "redis" as const];
  const faults = Array.from({ length: FAULTS - services.length }, (): Fault => (random() < 0.6 ? "reload" : "cut"));
  for (const service of services) faults.splice(Math.floor(random() * (faults.length + 1)), 0, service);
  return faults;
}

test.skipIf(redisIsMissing)(
  `one answer, ${VIEWERS} viewers, ${FAULTS} reloads, lost sockets and kills: all of them read the provider's text (seed ${SEED})`,
  { timeout: 600_000 },
  async () => {
    const random = seededRandom(SEED);
    await using provider = await startPacedProvider(tokens, TOKEN_MS);
    await using installation = await startInstallation("distributed", {
      isHeadless: true,
      env: { OLLAMA_BASE_URL: provider.url, LOG_LEVEL: "warn" },
    });
    const { origin, redis } = installation;
    const ada = await joinInstallation(origin);
    const { id } = await ada.call("POST", "/v1/conversations", { model: "ollama/tale" });
    const wrong: string[] = [];
    await using stack = new AsyncDisposableStack();
    const viewers = Array.from({ length: VIEWERS }, (_, n) =>
      stack.use(
        new ChatViewer({
          origin,
          conversationId: id,
          getTicket: async () => (await ada.call("POST", "/v1/socket-tickets")).ticket,
          onText: (text) => {
            if (!TEXT.startsWith(text) && wrong.length < 5) wrong.push(`viewer ${n}: …${text.slice(-80)}`);
          },
        }),
      ),
    );
    await ada.call("POST", `/v1/conversations/${id}/messages`, { clientMessageId: "m1", content: "Tell me a tale.", attachments: [] });
    const haveAll = (units: number) => viewers.every(({ text }) => text.length >= units);
    await expect.poll(() => haveAll(20), { timeout: 60_000 }).toBe(true);

    const faults = plan(random);
    for (const fault of faults) {
      const viewer = viewers[Math.floor(random() * VIEWERS)];
      if (fault === "reload") viewer?.reload();
      else if (fault === "cut") viewer?.cut();
      else if (fault === "redis") await redis?.kill().then(() => redis.start());
      else {
        const name = fault === "gateway" ? "chatbot" : "worker";
        const calls = provider.calls;
        await installation.kill(name);
        await installation.start(name);
        // The answer begins anew: a second loss before its first word would not be in mid-sentence.
        if (fault === "worker") await expect.poll(() => provider.calls > calls && provider.sentUnits > 50, { timeout: 60_000 }).toBe(true);
      }
      await sleep(50 + random() * 300);
    }
    expect(provider.calls).toBe(1 + WORKER_KILLS);
    // In mid-sentence still, and every page shows what was said meanwhile.
    const said = provider.sentUnits;
    expect(said).toBeLessThan(TEXT.length);
    await expect.poll(() => haveAll(said), { timeout: 60_000, message: viewers.map(({ text }) => text.length).join() }).toBe(true);
    expect(viewers.every(({ hasEnded }) => !hasEnded)).toBe(true);
    provider.paceMs = 0;
    await expect.poll(() => viewers.every(({ answer }) => answer?.state === "complete"), { timeout: 120_000 }).toBe(true);
    await expect.poll(() => viewers.every(({ hasEnded }) => hasEnded), { timeout: 30_000 }).toBe(true);
    expect(wrong).toEqual([]);
    for (const { text, answer } of viewers) {
      expect(text === TEXT).toBe(true);
      expect(answer?.content === TEXT).toBe(true);
    }
    const count = (wanted: Fault) => faults.filter((fault) => fault === wanted).length;
    console.log(
      `${VIEWERS} viewers read ${TEXT.length} characters alike through ${count("reload")} reloads, ${count("cut")} lost sockets, ` +
        `${count("gateway")} kills of the gateway, ${count("worker")} of the worker, ${count("redis")} of Redis`,
    );
  },
);
