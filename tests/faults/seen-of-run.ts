import { uuidFromTypeId } from "@crew/contracts/ids";
import type { CallAttempt } from "@crew/contracts/runs";
import type { Effect } from "@crew/testing/effects-sink/effect-journal";
import type { JournalCall } from "@crew/testing/fake-provider/call-journal";
import { expect } from "vitest";
import type { World } from "./start-world.ts";

/** What the provider has seen of a run, or of one part of it. */
export function callsOf(world: World, topic: string, part = ""): JournalCall[] {
  const isAsked = ({ text }: { text: string }) => text.includes(`part ${part}`) && text.includes(`of ${topic} `);
  return world.fake.journal.filter(({ messages }) => messages.some(isAsked));
}

/** Hits of an effect at the sink, of one run where its key tells. */
export function hitsOf(world: World, name: string, runId?: string): Effect[] {
  return world.sink.journal.filter((effect) => effect.name === name && (runId === undefined || effect.key?.startsWith(runId)));
}

export function outcomesOf(ledger: CallAttempt[], step: string): CallAttempt["outcome"][] {
  return ledger.filter(({ stepKey }) => stepKey === step).map(({ outcome }) => outcome);
}

/** Waits until the run was claimed more often than `claims`; milliseconds since `since`. */
export async function untilTakenOver(world: World, runId: string, since: number, claims = 1): Promise<number> {
  const epoch = async () =>
    (await world.query<{ epoch: number }>("SELECT epoch FROM runs WHERE id = $1", [uuidFromTypeId(runId)]))[0]?.epoch;
  await expect.poll(epoch, { timeout: 20_000, interval: 15 }).toBeGreaterThan(claims);
  return Date.now() - since;
}

/** Two heartbeats, after which nothing of its former life is under way. */
export async function untilBeating({ query }: World, pid: number): Promise<void> {
  const beat = async () =>
    (await query<{ at: Date }>("SELECT heartbeat_at AS at FROM workers WHERE pid = $1", [pid]))[0]?.at?.getTime() ?? 0;
  for (let beats = 0; beats < 2; beats++) {
    const before = await beat();
    await expect.poll(beat, { timeout: 15_000 }).toBeGreaterThan(before);
  }
}
