import { findLostRights } from "@crew/core/access/find-lost-rights";
import type { System } from "@crew/core/system";
import type { SocketSession } from "./socket-session.ts";

/**
 * Looks every few seconds whether those behind the open sockets may still be here, and may still follow what they follow:
 * one statement for hundreds of them. The bus tells of a revocation at once, and may lose it.
 */
export function recheckActors(
  system: Pick<System, "statements" | "log">,
  sessions: ReadonlySet<SocketSession>,
  everyMs: number,
): NodeJS.Timeout {
  let isLooking = false;

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    try {
      const holders = [...sessions].flatMap((session) =>
        session.actor ? [{ session, actor: session.actor, crewIds: session.followedCrews }] : [],
      );
      if (holders.length === 0) return;
      for (const { holder, isGone, lostCrewIds } of await findLostRights(system, holders)) {
        if (holder.session.actor !== holder.actor) continue;
        if (isGone) holder.session.revoke();
        else holder.session.loseCrews(lostCrewIds);
      }
    } catch (error) {
      // A database that is away answers nobody else either; the next look tells.
      system.log.warn({ err: error }, "open sockets could not be looked through");
    } finally {
      isLooking = false;
    }
  }

  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return timer;
}
