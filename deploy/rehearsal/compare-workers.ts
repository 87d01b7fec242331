import { setTimeout as sleep } from "node:timers/promises";
import { ANSWER, type Rehearsal } from "./rehearsal.ts";
import { startLoad } from "./steady-load.ts";

const MEASURED_MS = 30_000;
const WARM_UP_MS = 8_000;
const WORTH = 1.6;

/** How many runs end in the same time with two workers and with one, where more are wanted than either can do. */
export async function compareWorkers({ stack, provider, report, headers }: Rehearsal): Promise<void> {
  // So slow an answer that a worker is at its capacity long before this machine is.
  provider.setScript({ defaults: { tokenDelayMs: 250 } });
  const ended = async () => Number(await stack.query("SELECT count(*) FROM runs WHERE state = 'succeeded'"));
  await stack.scale("worker", 1);
  const load = await startLoad({ origin: stack.origin, headers: await headers(), model: "ollama/fake-model", everyMs: 300, viewers: 4 });
  const inTheSameTime = async () => {
    await sleep(WARM_UP_MS);
    const before = await ended();
    await sleep(MEASURED_MS);
    return (await ended()) - before;
  };
  const one = await inTheSameTime();
  await stack.scale("worker", 2);
  const two = await inTheSameTime();
  provider.setScript({ defaults: ANSWER });
  const { failedRuns } = await load.end();
  report.tell(`    ${one} runs by one worker, ${two} by two: ${(two / one).toFixed(2)} times as many`);
  report.hold(`two workers do ${WORTH} times the runs of one`, two >= WORTH * one);
  report.hold("0 failed runs", failedRuns.length === 0, failedRuns.join(", "));
}
