import { setTimeout as sleep } from "node:timers/promises";
import type { RunEvent } from "@crew/contracts/run-events";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { joinInstallation } from "@crew/testing/join-installation";
import { type Composition, startInstallation } from "@crew/testing/start-installation";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { expect, test } from "vitest";
import { CurlStream, curl } from "./curl-process.ts";
import { figure, SEED } from "./fault-profile.ts";
import { seededRandom } from "./seeded-random.ts";
import { TWELVE_STEPS_SCRIPT, twelveSteps } from "./twelve-steps.ts";

const RUNS = figure("CREW_FAULT_STREAMS", { short: 2, long: 5 });
const COMPOSITIONS: Composition[] = redisIsMissing ? ["embedded"] : ["embedded", "distributed"];

test.each(COMPOSITIONS)(
  `%s: every event once by curl, over dropped connections and a killed server (seed ${SEED})`,
  async (composition) => {
    const random = seededRandom(SEED);
    await using fake = await startFakeProvider({ script: TWELVE_STEPS_SCRIPT });
    await using installation = await startInstallation(composition, { fake });
    const ada = await joinInstallation(installation.origin);
    const crew = await ada.call("POST", "/v1/crews", twelveSteps());
    const authorization = ["-H", `Authorization: Bearer ${ada.key}`];
    const server = composition === "embedded" ? "platform" : "api";
    let wasKilled = false;
    let drops = 0;
    let deltas = 0;

    for (let n = 0; n < RUNS; n++) {
      const start = (topic: string) =>
        curl([
          ...authorization,
          ...["-H", "Content-Type: application/json", "-H", `Idempotency-Key: run-${n}`],
          ...["-d", JSON.stringify({ inputs: { topic } }), `${installation.origin}/v1/crews/${crew.id}/runs`],
        ]);
      const first = await start("tides");
      expect(first.status).toBe(202);
      const { id } = JSON.parse(first.text);
      const again = await start("tides");
      expect([again.status, JSON.parse(again.text).id]).toEqual([202, id]);
      expect((await start("moons")).status).toBe(409);

      const seen: RunEvent[] = [];
      for (let isOver = false; !isOver; ) {
        const lastEventId = seen.at(-1)?.seq;
        const stream = new CurlStream([
          ...authorization,
          ...["-H", "Accept: text/event-stream"],
          ...(lastEventId === undefined ? [] : ["-H", `Last-Event-ID: ${lastEventId}`]),
          `${installation.origin}/v1/runs/${id}/events`,
        ]);
        // Dropped anywhere: before the first event, in the middle of one, long after the last.
        const isLast = drops >= 4 * (n + 1);
        // Once it is not the line that breaks, but the server.
        const isKill = n === RUNS - 1 && !wasKilled;
        if (isKill) {
          wasKilled = true;
          await stream.untilNumbered(8);
          await installation.kill(server);
          await stream.ended;
          await installation.start(server);
        } else if (isLast) await stream.ended;
        else
          await Promise.race([random() < 0.5 ? stream.untilNumbered(1 + Math.floor(random() * 12)) : sleep(random() * 600), stream.ended]);
        await stream.drop();
        drops++;
        for (const { id: number, event, data } of stream.numbered()) {
          const stored = JSON.parse(data) as RunEvent;
          expect([number, event]).toEqual([String(stored.seq), stored.type]);
          seen.push(stored);
        }
        deltas += stream.events.filter(({ event }) => event === "delta").length;
        isOver = ["crew_kickoff_completed", "crew_kickoff_failed", "run_cancelled"].includes(seen.at(-1)?.type ?? "");
      }
      expect((await ada.untilRun(id)).state).toBe("succeeded");
      expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, index) => index + 1));
      expect(seen).toEqual(await ada.events(id));
    }
    console.log(`${composition}: ${RUNS} runs over ${drops} connections, ${deltas} pieces of live text`);
    expect(wasKilled).toBe(true);
    expect((await ada.call("GET", "/v1/runs")).data).toHaveLength(RUNS);
    expect(deltas).toBeGreaterThan(0);
  },
);
