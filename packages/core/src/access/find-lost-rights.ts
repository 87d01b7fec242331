import { GRANTED_PERMISSIONS } from "../crew-grants/granted-permissions.ts";
import type { System } from "../system.ts";
import type { Actor } from "./actor.ts";
import { findLostStandings } from "./actor-standing-repository.ts";

const BATCH = 500;

/** Somebody with a long connection, and the crews whose runs they follow by it. */
export interface RightsHolder {
  actor: Actor;
  crewIds: readonly string[];
}

export interface LostRights<T> {
  holder: T;
  /** The session, key, grant, membership or role is gone: nothing is left. */
  isGone: boolean;
  /** Of the crews, those whose runs they may follow no more. */
  lostCrewIds: string[];
}

/**
 * Of the holders of long connections, those who have lost what let them in, or a grant on a crew that they follow.
 * Revocations are told over the bus, which may lose them; this is what makes up for it: one statement for hundreds.
 */
export async function findLostRights<T extends RightsHolder>(
  system: Pick<System, "statements">,
  holders: readonly T[],
): Promise<LostRights<T>[]> {
  const lost: LostRights<T>[] = [];
  for (let from = 0; from < holders.length; from += BATCH) {
    const batch = holders.slice(from, from + BATCH);
    const rows = await findLostStandings(
      system.statements,
      batch.map(({ actor, crewIds }) => ({ actor, crewIds: hasAllRuns(actor) ? [] : crewIds })),
    );
    for (const { place, ...rest } of rows) {
      const holder = batch[place];
      if (holder) lost.push({ holder, ...rest });
    }
  }
  return lost;
}

/** A role that has it needs no grant; when the role loses it, the holder is gone as a whole. */
function hasAllRuns({ permissions }: Actor): boolean {
  return permissions.includes(GRANTED_PERMISSIONS.see_traces);
}
