import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceName } from "@crew/testing/start-installation";
import type { World } from "./start-world.ts";

export type Victim = ServiceName | "postgres" | "redis";

/** One blow: who, and how many milliseconds after the one before. */
export interface Blow {
  /** `holder` is the worker that holds a run when the blow falls: who else dies may have had nothing in hand. */
  victim: Victim | "holder";
  afterMs: number;
}

/** The blows that a seed gives, as many as fit into the time; the first is for a worker in the midst of a run. */
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
    const drawn = victims[Math.floor(random() * victims.length)] ?? "postgres";
    blows.push({ victim: blows.length === 0 ? "holder" : drawn, afterMs });
  }
}

/** `kill -9` of each in its turn, at its time; what was killed is started again at once. Resolves when all serve again. */
export async function strike(world: World, blows: readonly Blow[]): Promise<void> {
  const coming = new Map<Victim, Promise<void>>();
  for (const { victim: meant, afterMs } of blows) {
    await sleep(afterMs);
    const victim = meant === "holder" ? await untilHolder(world) : meant;
    // One that is still starting dies of its next blow once it is there.
    await coming.get(victim);
    coming.set(victim, killAndStart(world, victim));
  }
  await Promise.all(coming.values());
}

/** The worker with the youngest run in hand, which has most of it still to do. */
async function untilHolder({ installation, query }: World): Promise<ServiceName> {
  for (const end = Date.now() + 30_000; ; await sleep(20)) {
    const [row] = await query<{ pid: number }>(
      "SELECT w.pid FROM runs r JOIN workers w ON w.id = r.lease_owner WHERE r.state = 'running' ORDER BY r.id DESC LIMIT 1",
    );
    if (row) return installation.nameOf(row.pid);
    if (Date.now() > end) throw new Error("no worker took a run within 30 s");
  }
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
