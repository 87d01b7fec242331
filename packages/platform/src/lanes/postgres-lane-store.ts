import type { Lane } from "@crew/core/model-providers/lanes-port";
import type pg from "pg";
import { endTurn, HELD_MS, type KeptLane, type LaneState, newLane, readingOf, takeRefusal, takeTurn } from "./lane-state.ts";
import type { LaneStore } from "./lane-store.ts";

const LOCK = `INSERT INTO provider_lanes (lane, state, used_at) VALUES ($1, '{}', now()) ON CONFLICT (lane) DO UPDATE SET used_at = now()
  RETURNING state, extract(epoch FROM clock_timestamp())::float8 * 1000 AS now`;

/** Rows of PostgreSQL: slower than Redis, and right without it. Their times are the database's. */
export function postgresLaneStore(pool: pg.Pool, minuteMs: number): LaneStore {
  async function act<T>(
    lane: Lane,
    seen: LaneState | undefined,
    decide: (state: KeptLane, now: number) => T,
  ): Promise<{ made: T; state: KeptLane }> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("BEGIN");
      const { rows } = await client.query<{ state: Partial<KeptLane>; now: number }>(LOCK, [lane.id]);
      const [row] = rows;
      if (!row) throw new Error("an upsert always has a row");
      const kept = { ...newLane(), ...row.state };
      const state: KeptLane = seen && seen.touchedAt > kept.touchedAt ? { ...kept, ...seen } : kept;
      const made = decide(state, row.now);
      await client.query("UPDATE provider_lanes SET state = $2 WHERE lane = $1", [lane.id, JSON.stringify(state)]);
      await client.query("COMMIT");
      return { made, state };
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      // A connection in an unknown state is not used again; PostgreSQL rolls back with it.
      client.release(broken);
    }
  }
  return {
    async take(lane, ask, seen) {
      const { made, state } = await act(lane, seen, (kept, now) => takeTurn(kept, lane.limits, ask, now, minuteMs));
      return { answer: made, state };
    },
    refused: async (lane, grant, delayMs, seen) =>
      (await act(lane, seen, (kept, now) => takeRefusal(kept, lane.limits, { grant, delayMs }, now, minuteMs))).state,
    finish: async (lane, grant, tokens, seen) =>
      (await act(lane, seen, (kept, now) => endTurn(kept, lane.limits, grant, tokens, now, minuteMs))).state,
    async keep(lane, grantIds) {
      await act(lane, undefined, (kept, now) => {
        for (const id of grantIds) kept.held[id] = now + HELD_MS;
      });
    },
    async read(lanes) {
      const { rows } = await pool.query<{ lane: string; state: LaneState; now: number }>(
        "SELECT lane, state, extract(epoch FROM clock_timestamp())::float8 * 1000 AS now FROM provider_lanes WHERE lane = ANY($1) AND state <> '{}'",
        [lanes.map(({ id }) => id)],
      );
      const known = new Map(rows.map((row) => [row.lane, row]));
      return lanes.map(({ id, limits }) => readingOf(id, known.get(id)?.state, limits, known.get(id)?.now ?? 0, minuteMs));
    },
  };
}
