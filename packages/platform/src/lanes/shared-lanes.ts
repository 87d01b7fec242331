import type { Lane, Lanes } from "@crew/core/model-providers/lanes-port";
import type { Log } from "@crew/core/system";
import type pg from "pg";
import type { RedisClient } from "../bus/open-redis.ts";
import { redisAttempt } from "../bus/redis-attempt.ts";
import { HELD_MS, type LaneState } from "./lane-state.ts";
import type { LaneStore } from "./lane-store.ts";
import { postgresLaneStore } from "./postgres-lane-store.ts";
import { redisLaneStore } from "./redis-lane-store.ts";

const MINUTE_MS = 60_000;
const MOST_LANES = 1_000;

/**
 * Lanes in Redis, and in rows of PostgreSQL while Redis is away: never without limits, and never at a standstill. What this
 * process saw last of a lane goes along from one to the other.
 */
export function sharedLanes(options: { client: RedisClient; pool: pg.Pool; log: Log; minuteMs?: number }): Lanes & Disposable {
  const { client, pool, log, minuteMs = MINUTE_MS } = options;
  const attempt = redisAttempt(client);
  const redis = redisLaneStore(client, minuteMs);
  const rows = postgresLaneStore(pool, minuteMs);
  const seen = new LastSeen();
  const held = new HeldGrants();

  async function inOne<T>(act: (store: LaneStore) => Promise<T>): Promise<T> {
    const answer = await attempt(() => act(redis));
    return answer ? answer.value : act(rows);
  }
  const timer = setInterval(() => {
    for (const [lane, ids] of held.byLane())
      inOne((store) => store.keep(lane, ids)).catch((error: unknown) => log.debug({ err: error }, "calls under way were not told"));
  }, HELD_MS / 4);
  timer.unref();

  return {
    async take(lane, ask) {
      const { answer, state } = await inOne((store) => store.take(lane, ask, seen.get(lane.id)));
      seen.note(lane.id, state);
      if (answer.grant && lane.limits.maxConcurrent !== null) held.add(lane, answer.grant.id);
      return answer;
    },
    async refused(lane, grant, delayMs) {
      held.delete(lane, grant.id);
      seen.note(lane.id, await inOne((store) => store.refused(lane, grant, delayMs, seen.get(lane.id))));
    },
    async finish(lane, grant, tokens) {
      held.delete(lane, grant.id);
      seen.note(lane.id, await inOne((store) => store.finish(lane, grant, tokens, seen.get(lane.id))));
    },
    read: (lanes) => (lanes.length === 0 ? Promise.resolve([]) : inOne((store) => store.read(lanes))),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** The newest state of each lane that this process has seen, of those it used lately. */
class LastSeen {
  readonly #states = new Map<string, LaneState>();

  get(id: string): LaneState | undefined {
    return this.#states.get(id);
  }

  note(id: string, { ...state }: LaneState): void {
    if ("held" in state) delete state.held;
    const known = this.#states.get(id);
    if (known && known.touchedAt > state.touchedAt) return;
    this.#states.delete(id);
    this.#states.set(id, state);
    for (const oldest of this.#states.keys()) {
      if (this.#states.size <= MOST_LANES) break;
      this.#states.delete(oldest);
    }
  }
}

/** Calls under way here, of lanes that count them. */
class HeldGrants {
  readonly #lanes = new Map<string, { lane: Lane; ids: Set<string> }>();

  add(lane: Lane, id: string): void {
    const known = this.#lanes.get(lane.id) ?? { lane, ids: new Set() };
    known.ids.add(id);
    this.#lanes.set(lane.id, known);
  }

  delete(lane: Lane, id: string): void {
    const known = this.#lanes.get(lane.id);
    known?.ids.delete(id);
    if (known?.ids.size === 0) this.#lanes.delete(lane.id);
  }

  byLane(): [Lane, string[]][] {
    return [...this.#lanes.values()].map(({ lane, ids }) => [lane, [...ids]]);
  }
}
