import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "@crew/core/access/actor";
import { createActor } from "@crew/testing/actors";
import type { SpawnedProcess } from "@crew/testing/spawn-process";
import { redisIsMissing, startTestRedis } from "@crew/testing/start-test-redis";
import { insertTestRun, writeRunEvents } from "@crew/testing/write-run-events";
import { type BenchSite, openBenchSite } from "./bench-site.ts";
import type { BenchTable } from "./bench-table.ts";
import { chatStreams, type StreamFigures } from "./measure-chat-streams.ts";
import { idleSockets } from "./measure-idle-sockets.ts";
import { cpuMsOf } from "./process-cpu.ts";

/** Of everything, for a try: 0.1 is a tenth. Figures count with all of it only. */
const SHARE = Number(process.env.CREW_BENCH_SHARE ?? 1);
const many = (count: number) => Math.max(1, Math.round(count * SHARE));

const PEOPLE = 10;
const CONVERSATIONS = many(200);
const TOKENS = 300;
/** A p99 is of few tokens, so the middle one of so many counts. */
const ROUNDS = 5;
const SLOW = many(100);
const SOCKETS = many(5_000);
/** More than the buffers of both kernels hold. */
const HISTORY = { events: 600, atOnce: 50, filling: "x".repeat(16_000) };

/** Streams through Redis, a gateway and a worker as they are; then beside readers that do not keep up; then idle sockets. */
export async function streamRows(row: BenchTable["row"], stubPort: number): Promise<void> {
  if (redisIsMissing) return void process.stderr.write(`streams are not measured: ${redisIsMissing}\n`);
  await using redis = await startTestRedis();
  await using site = await openBenchSite(stubPort, `http://127.0.0.1:${stubPort}/timed`, redis.url);
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => createActor(site.system)));
  const histories = await writeHistories(site, people);
  {
    await using worker = site.spawn("apps/worker/src/main.ts", { CREW_WORKER_CAPACITY: "250", LOG_LEVEL: "info" });
    await using gateway = site.spawn("tests/bench/bench-gateway.ts");
    await worker.untilOutput(/the worker is ready/, 180_000);
    const url = `ws://127.0.0.1:${(await gateway.untilOutput(/listening (\d+)/, 180_000))[1]}/ws`;
    const stream = async (): Promise<Stream> => {
      const before = { worker: cpuMsOf(worker.pid), gateway: cpuMsOf(gateway.pid) };
      const figures = await chatStreams(site, url, people, { conversations: CONVERSATIONS, tokens: TOKENS });
      const us = (process: SpawnedProcess, beforeMs: number) => ((cpuMsOf(process.pid) - beforeMs) * 1_000) / (CONVERSATIONS * TOKENS);
      return { ...figures, workerUs: us(worker, before.worker), gatewayUs: us(gateway, before.gateway) };
    };
    // Until what is compiled while it runs has been.
    await stream();
    const rounds: { calm: Stream; beside: Stream }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const calm = await stream();
      await using slow = site.spawn("tests/bench/slow-readers.ts", {}, [url, String(SLOW), JSON.stringify(histories)]);
      await slow.untilOutput(/slow/, 120_000);
      const beside = await stream();
      rounds.push({ calm, beside });
      process.stderr.write(`round ${round + 1}: p99 ${Math.round(calm.p99)} ms calm, ${Math.round(beside.p99)} ms beside slow readers\n`);
    }
    tellRounds(row, rounds);
  }
  const idle = await idleSockets(site, SOCKETS);
  row(`memory of an idle socket, of ${SOCKETS}`, idle.bytes / 1_024, null, " KiB");
  row("memory of an idle socket × bare ws", idle.bytes / idle.bareBytes, 3);
  row("restart of the gateway → it listens again", idle.awayMs, null, " ms");
  row(`restart of the gateway → all ${SOCKETS} clients are back`, idle.backMs, 20_000, " ms");
  row("clients that the new gateway or the API has refused", idle.refused, 0);
}

function tellRounds(row: BenchTable["row"], rounds: readonly { calm: Stream; beside: Stream }[]): void {
  const [calm, beside] = [rounds.map((round) => round.calm), rounds.map((round) => round.beside)];
  const sum = (all: readonly Stream[], of: (one: Stream) => number) => all.reduce((total, one) => total + of(one), 0);
  const middle = (all: readonly Stream[], of: (one: Stream) => number) => all.map(of).toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
  const each = `${CONVERSATIONS} answers of 25 tokens/s`;
  row(
    `${each}: tokens lost`,
    sum(calm, ({ lost }) => lost),
    0,
  );
  row(
    `${each}: tokens doubled`,
    sum(calm, ({ doubled }) => doubled),
    0,
  );
  row(
    `${each}: texts out of order`,
    sum(calm, ({ wrong }) => wrong),
    0,
  );
  row(
    `${each}: provider → client, p50`,
    middle(calm, ({ p50 }) => p50),
    60,
    " ms",
  );
  row(
    `${each}: provider → client, p99`,
    middle(calm, ({ p99 }) => p99),
    250,
    " ms",
  );
  row(
    "CPU of the worker for a token, live text in Redis included",
    middle(calm, ({ workerUs }) => workerUs),
    null,
    " µs",
  );
  row(
    "CPU of the gateway for a token",
    middle(calm, ({ gatewayUs }) => gatewayUs),
    null,
    " µs",
  );
  row(
    `${each}: commits a second of one answer`,
    middle(calm, ({ commits }) => commits),
    10,
  );
  const both = `beside ${SLOW} that never read and ${SLOW} that trickle`;
  row(
    `${both}: tokens lost, doubled or out of order`,
    sum(beside, ({ lost, doubled, wrong }) => lost + doubled + wrong),
    0,
  );
  row(
    `${both}: p99`,
    middle(beside, ({ p99 }) => p99),
    null,
    " ms",
  );
  row(`${both}: p99 × calm`, middle(beside, ({ p99 }) => p99) / middle(calm, ({ p99 }) => p99), 1.3);
}

interface Stream extends StreamFigures {
  workerUs: number;
  gatewayUs: number;
}

interface History {
  actor: Actor;
  runId: string;
}

/** Each person has a run whose stored events are more than a socket takes unread. Before a worker is there to take it up. */
function writeHistories(site: BenchSite, people: readonly Actor[]): Promise<History[]> {
  const event = { type: "task_completed" as const, data: { output: HISTORY.filling } };
  return Promise.all(
    people.map(async (actor) => {
      const { id: runId } = await insertTestRun(site.system, actor);
      for (let last = 1; last <= HISTORY.events; last += HISTORY.atOnce)
        await writeRunEvents(site.system, runId, last, Array(HISTORY.atOnce).fill(event), "lost");
      await site.system.pool.query("UPDATE runs SET state = 'succeeded', ended_at = now() WHERE id = $1", [uuidFromTypeId(runId)]);
      return { actor, runId };
    }),
  );
}
