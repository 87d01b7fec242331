import { TERMINAL_STATES } from "@crew/contracts/run-states";
import type { Actor } from "@crew/core/access/actor";
import { cancelRun } from "@crew/core/runs/cancel-run";
import { startRun } from "@crew/core/runs/start-run";
import type { System } from "@crew/core/system";
import type { FakeProvider } from "./fake-provider/start-fake-provider.ts";
import { untilRun } from "./until-run.ts";

export interface StopFigures {
  /** Milliseconds from the stop to the end of the model's socket, and to the run's terminal state; one a run, sorted. */
  closedMs: number[];
  terminalMs: number[];
  /** Calls that began later than 250 ms after the stop. */
  lateCalls: number;
  /** Runs whose ledger does not hold exactly one charge that equals the run's totals. */
  badlyCharged: number;
}

/**
 * Stops runs in mid-stream, so many at once until there were `count`, and takes the times. The provider streams for
 * longer than that, and the crew has more than one task, so that a call could follow.
 */
export async function measureStops(
  system: Pick<System, "db" | "statements" | "bus" | "now" | "newId">,
  actor: Actor,
  fake: FakeProvider,
  options: { crewId: string; count: number; atOnce: number },
): Promise<StopFigures> {
  const figures: StopFigures = { closedMs: [], terminalMs: [], lateCalls: 0, badlyCharged: 0 };
  const ctx = { ...system, actor };
  fake.setScript({ defaults: { tokens: 5_000, tokenDelayMs: 20 } });
  for (let done = 0; done < options.count; done += options.atOnce) {
    fake.clearJournal();
    const begun = await Promise.all(
      Array.from({ length: options.atOnce }, () => startRun(ctx, options.crewId, { inputs: { topic: "tides" }, documents: [] })),
    );
    await fake.waitForCalls(options.atOnce, 60_000);
    const stoppedAt = Date.now();
    await Promise.all(begun.map(({ id }) => cancelRun(ctx, id)));
    const calls = [...(await fake.waitForEnds(options.atOnce, 30_000))];
    const runs = await Promise.all(
      begun.map(({ id }) => untilRun(system, actor, id, ({ state }) => TERMINAL_STATES.includes(state), 30_000)),
    );
    figures.closedMs.push(...calls.map(({ endedAt }) => Date.parse(endedAt ?? "") - stoppedAt));
    figures.terminalMs.push(...runs.map(({ endedAt }) => Date.parse(endedAt ?? "") - stoppedAt));
    figures.lateCalls += fake.journal.filter(({ at }) => Date.parse(at) > stoppedAt + 250).length;
    figures.badlyCharged += runs.filter(({ totals }) => totals.inputTokens === 0 || totals.modelCalls !== 0).length;
  }
  for (const list of [figures.closedMs, figures.terminalMs]) list.sort((a, b) => a - b);
  return figures;
}

export function p99(sorted: readonly number[]): number {
  return sorted[Math.min(Math.floor(sorted.length * 0.99), sorted.length - 1)] ?? Number.NaN;
}
