import { setTimeout as sleep } from "node:timers/promises";
import { ANSWER, type Rehearsal } from "./rehearsal.ts";
import { startLoad } from "./steady-load.ts";

const MEASURED_MS = 30_000;
const WARM_UP_MS = 8_000;
const WORTH = 1.6;

/** How many runs end in the same time with two workers and with one, where more are wanted than either can do. */
export async function compareWorkers(rehearsal: Rehearsal): Promise<void> {
  const { provider, report } = rehearsal;
  // So slow an answer that a worker is at its capacity long before this machine is.
  provider.setScript({ defaults: { tokenDelayMs: 150 } });
  const one = await runsWith(rehearsal, 1);
  const two = await runsWith(rehearsal, 2);
  provider.setScript({ defaults: ANSWER });
  report.tell(`    ${one} runs by one worker, ${two} by two: ${(two / one).toFixed(2)} times as many`);
  report.hold(`two workers do ${WORTH} times the runs of one`, two >= WORTH * one);
}

async function runsWith({ stack, headers }: Rehearsal, workers: number): Promise<number> {
  await stack.scale("worker", workers);
  const load = await startLoad({ origin: stack.origin, headers: await headers(), model: "ollama/fake-model", everyMs: 200, viewers: 4 });
  await sleep(WARM_UP_MS);
  const before = load.finished();
  await sleep(MEASURED_MS);
  const finished = load.finished() - before;
  await load.end();
  return finished;
}
