import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceName } from "@crew/testing/start-installation";
import type { World } from "./start-world.ts";

export type Victim = ServiceName | "postgres" | "redis";

/** One blow: who, and how many milliseconds after the one before. */
export interface Blow {
  victim: Victim;
  afterMs: number;
}

/** The blows that a seed gives, as many as fit into the time. */
export function planBlows(
  random: () => number,
  victims: readonly Victim[],
  { totalMs, minMs = 2_000, maxMs = 8_000 }: { totalMs: number; minMs?: number; maxMs?: number },
): Blow[] {
  const blows: Blow[] = [];
  for (let at = 0; ; ) {
    const afterMs = Math.round(minMs + random() * (maxMs - minMs));
    at += afterMs;
    if (at > totalMs) return blows;
    blows.push({ victim: victims[Math.floor(random() * victims.length)] ?? "postgres", afterMs });
  }
}

/** `kill -9` of each in its turn, at its time; what was killed is started again at once. Resolves when all serve again. */
export async function strike(world: World, blows: readonly Blow[]): Promise<void> {
  const coming = new Map<Victim, Promise<void>>();
  for (const { victim, afterMs } of blows) {
    await sleep(afterMs);
    // One that is still starting dies of its next blow once it is there.
    await coming.get(victim);
    coming.set(victim, killAndStart(world, victim));
  }
  await Promise.all(coming.values());
}

async function killAndStart({ installation, postgres }: World, victim: Victim): Promise<void> {
  if (victim === "postgres") {
    await postgres?.restart("SIGKILL");
  } else if (victim === "redis") {
    await installation.redis?.kill();
    await sleep(1_000);
    await installation.redis?.start();
  } else {
    await installation.kill(victim);
    await startAgain(installation, victim);
  }
}

/** A service that starts while its database is away ends with a sentence; whoever runs it starts it again. */
async function startAgain(installation: World["installation"], name: ServiceName): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await installation.start(name);
      return;
    } catch (error) {
      if (tries === 5) throw error;
      await installation.kill(name).catch(() => {});
      await sleep(500);
    }
  }
}
