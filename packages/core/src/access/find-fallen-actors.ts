import type { System } from "../system.ts";
import type { Actor } from "./actor.ts";
import { findFallenPlaces } from "./actor-standing-repository.ts";

const BATCH = 500;

/**
 * Of the holders of long connections, those whose session, key, grant, membership or role is gone. Revocations are told
 * over the bus, which may lose them; this is what makes up for it.
 */
export async function findFallenActors<T extends { actor: Actor }>(
  system: Pick<System, "statements">,
  holders: readonly T[],
): Promise<T[]> {
  const fallen: T[] = [];
  for (let from = 0; from < holders.length; from += BATCH) {
    const batch = holders.slice(from, from + BATCH);
    const places = await findFallenPlaces(
      system.statements,
      batch.map(({ actor }) => actor),
    );
    fallen.push(...batch.filter((_, place) => places.includes(place)));
  }
  return fallen;
}
