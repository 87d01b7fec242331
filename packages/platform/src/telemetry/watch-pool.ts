import type { Metrics } from "@crew/core/metrics";
import type pg from "pg";

type Connect = (callback?: (...answer: unknown[]) => void) => Promise<pg.PoolClient> | undefined;

/** How many connections the pool has, who waits for one, and for how long. Both forms of `connect` are the pool's own. */
export function watchPool(pool: pg.Pool, metrics: Metrics): void {
  const connect = pool.connect.bind(pool) as Connect;
  const timed: Connect = (callback) => {
    const askedAt = performance.now();
    const note = () => metrics.observe("db_pool_wait_seconds", {}, (performance.now() - askedAt) / 1_000);
    if (callback)
      return connect((...answer) => {
        note();
        callback(...answer);
      });
    const connecting = connect();
    connecting?.then(note, note);
    return connecting;
  };
  pool.connect = timed as pg.Pool["connect"];
  metrics.gauge("db_pool_connections", () => [
    { labels: { state: "taken" }, value: pool.totalCount - pool.idleCount },
    { labels: { state: "idle" }, value: pool.idleCount },
  ]);
  metrics.gauge("db_pool_waiting", () => [{ labels: {}, value: pool.waitingCount }]);
}
