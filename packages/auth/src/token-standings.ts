import type { TokenClaims } from "@crew/contracts/token-claims";
import type { BusTopic, System } from "@crew/core/system";
import { findStanding, type StandingRow } from "./token-standing-rows.ts";

/** How old the knowledge may be on which a request is let in: what changes something must know more exactly. */
export const STANDING_AGE_MS = { read: 60_000, write: 5_000 } as const;
export type TokenUse = keyof typeof STANDING_AGE_MS;

const MAX_REMEMBERED = 2_000;

interface Remembered {
  row: StandingRow | undefined;
  knownAt: number;
  leave: (() => Promise<void>)[];
}

export interface TokenStandings {
  /** What counts for this token today; `undefined`: nothing any more. */
  of(claims: TokenClaims, use: TokenUse): Promise<StandingRow | undefined>;
}

/**
 * What this process knows of the sessions, grants and apps behind tokens: the first request asks, then reads ask once a
 * minute at most and writes once in five seconds; a revocation that comes over the bus makes the next request ask.
 */
export function tokenStandings(system: Pick<System, "statements" | "bus" | "now" | "log" | "metrics">): TokenStandings {
  const remembered = new Map<string, Remembered>();

  function remember(key: string, claims: TokenClaims, row: Remembered["row"], knownAt: number): void {
    const entry: Remembered = remembered.get(key) ?? { row, knownAt, leave: [] };
    const isNew = !remembered.has(key);
    Object.assign(entry, { row, knownAt });
    // Again at the end: those that nobody asked about for longest go first.
    remembered.delete(key);
    remembered.set(key, entry);
    if (isNew) listen(entry, claims);
    if (remembered.size > MAX_REMEMBERED) forgetOldest();
  }

  function listen(entry: Remembered, claims: TokenClaims): void {
    const ids = "sid" in claims ? [claims.sub] : [claims.sub, claims.client_id, ...(claims.grant ? [claims.grant] : [])];
    const topics = ids.map((id): BusTopic => `actor:${id}`);
    for (const topic of topics) {
      const subscribed = system.bus.subscribe(topic, ({ type }) => {
        if (type === "revoked") entry.knownAt = Number.NEGATIVE_INFINITY;
      });
      // Without it the ages above still hold.
      subscribed.then(
        (leave) => entry.leave.push(leave),
        (error: unknown) => system.log.warn({ err: error }, "revocations of a token are not heard"),
      );
    }
  }

  function forgetOldest(): void {
    for (const [key, { leave }] of remembered) {
      remembered.delete(key);
      for (const each of leave) each().catch(() => {});
      return;
    }
  }

  return {
    async of(claims, use) {
      const key = keyOf(claims);
      const now = system.now().getTime();
      const known = remembered.get(key);
      const isFresh = known !== undefined && now - known.knownAt <= STANDING_AGE_MS[use];
      system.metrics.count("cache_lookups", { cache: "tokens", result: isFresh ? "hit" : "miss" });
      if (isFresh) return known.row;
      const row = await findStanding(system, claims);
      remember(key, claims, row, now);
      return row;
    },
  };
}

/** All tokens of one session in one workspace, or of one grant, stand and fall together. */
function keyOf(claims: TokenClaims): string {
  if ("sid" in claims) return `${claims.sid} ${claims.workspace}`;
  return claims.grant ?? `${claims.client_id} ${claims.jti}`;
}
