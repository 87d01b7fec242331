import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Operations, Worker } from "@crew/contracts/workers";
import type { Statement, Statements } from "../system.ts";

const MOST_WORKERS = 200;
const MOST_RUNS_SHOWN = 50;
/** Of the runs that have ended within an hour, as many are counted. */
const MOST_COUNTED = 100_000;

const MS = (interval: string) => `(extract(epoch FROM ${interval}) * 1000)::bigint`;

/** A run's last event says what it does now: one look into the journal by its key. */
const WORKERS: Statement = {
  name: "list_workers",
  text: `SELECT w.id, w.host, w.pid, w.version, w.capacity, w.started_at AS "startedAt", ${MS("now() - w.heartbeat_at")} AS "heartbeatAgeMs",
      (SELECT count(*)::int FROM runs r WHERE r.state = 'running' AND r.lease_owner = w.id) AS running,
      (SELECT coalesce(jsonb_agg(held), '[]') FROM (
        SELECT r.id AS "runId", r.crew_id AS "crewId", r.title AS name, r.kind, r.attempt,
          greatest(${MS("now() - (r.lease_until - interval '10 seconds')")}, 0) AS "leaseAgeMs",
          ${MS("now() - r.started_at")} AS "runningMs", coalesce(e.type, 'run_queued') AS "lastEvent", e.data->>'stepKey' AS "stepKey"
        FROM runs r LEFT JOIN run_events e ON e.run_id = r.id AND e.seq = r.last_seq
        WHERE r.state = 'running' AND r.lease_owner = w.id AND r.workspace_id = $1 ORDER BY r.id LIMIT ${MOST_RUNS_SHOWN}) held) AS runs
    FROM workers w ORDER BY w.host, w.pid, w.id LIMIT ${MOST_WORKERS}`,
};

type HeldRow = Omit<Worker["runs"][number], "crewId"> & { crewId: string | null };

/** Every worker of the installation, with the runs of one workspace that it holds. */
export async function listWorkerRows(statements: Statements, workspaceId: string): Promise<Worker[]> {
  const rows = await statements.run<Omit<Worker, "runs"> & { runs: HeldRow[] }>(WORKERS, [uuidFromTypeId(workspaceId)]);
  return rows.map(({ runs, ...worker }) => ({
    ...worker,
    id: typeIdFromUuid("worker", worker.id),
    runs: runs.map((run) => ({
      ...run,
      runId: typeIdFromUuid("run", run.runId),
      crewId: run.crewId && typeIdFromUuid("crew", run.crewId),
    })),
  }));
}

const FIGURES: Statement = {
  name: "read_operations",
  text: `WITH active AS (
      SELECT state, kind, reason, coalesce(released_at, created_at) AS since, started_at FROM runs WHERE workspace_id = $1 AND ended_at IS NULL
    ), ended AS (
      SELECT started_at, ended_at FROM runs WHERE workspace_id = $1 AND ended_at > now() - interval '1 hour' ORDER BY ended_at DESC LIMIT ${MOST_COUNTED}
    ), begun AS (
      SELECT started_at FROM active WHERE started_at > now() - interval '1 hour' UNION ALL SELECT started_at FROM ended
    )
    SELECT
      (SELECT coalesce(jsonb_agg(q), '[]') FROM (SELECT kind, count(*)::int, ${MS("now() - min(since)")} AS "oldestMs" FROM active WHERE state = 'queued' GROUP BY kind ORDER BY kind) q) AS queued,
      (SELECT coalesce(jsonb_agg(q), '[]') FROM (SELECT reason, count(*)::int, ${MS("now() - min(since)")} AS "oldestMs" FROM active WHERE state = 'waiting' GROUP BY reason ORDER BY reason) q) AS waiting,
      (SELECT count(*)::int FROM active WHERE state = 'running') AS running,
      (SELECT count(*)::int FROM begun WHERE started_at > now() - interval '5 minutes') AS started5,
      (SELECT count(*)::int FROM begun WHERE started_at > now() - interval '1 hour') AS started60,
      (SELECT count(*)::int FROM ended WHERE ended_at > now() - interval '5 minutes') AS ended5,
      (SELECT count(*)::int FROM ended) AS ended60,
      (SELECT count(*)::int FROM dead_letters WHERE workspace_id = $1 AND state = 'open') AS letters,
      (SELECT coalesce(jsonb_agg(q), '[]') FROM (SELECT name, ready_count AS due, active_count AS active, deferred_count AS later, coalesce(ready_oldest_seconds, 0) * 1000 AS "oldestMs"
        FROM pgboss.queue WHERE NOT starts_with(name, '__pgboss') ORDER BY name LIMIT 100) q) AS jobs`,
};

interface FiguresRow extends Pick<Operations, "queued" | "waiting" | "running" | "jobs"> {
  started5: number;
  started60: number;
  ended5: number;
  ended60: number;
  letters: number;
}

export async function readOperations(statements: Statements, workspaceId: string): Promise<Omit<Operations, "workers">> {
  const [row] = await statements.run<FiguresRow>(FIGURES, [uuidFromTypeId(workspaceId)]);
  if (!row) throw new Error("a SELECT without FROM always has a row");
  const { started5, started60, ended5, ended60, letters, ...figures } = row;
  return {
    ...figures,
    rates: {
      last5Minutes: { startedPerMinute: started5 / 5, endedPerMinute: ended5 / 5 },
      last60Minutes: { startedPerMinute: started60 / 60, endedPerMinute: ended60 / 60 },
    },
    openDeadLetters: letters,
  };
}

const SAMPLES: Statement = {
  name: "read_operation_samples",
  text: `WITH active AS (SELECT state, kind, coalesce(released_at, created_at) AS since, lease_until, fruitless_attempts FROM runs WHERE ended_at IS NULL)
    SELECT
      (SELECT coalesce(jsonb_object_agg(state, n), '{}') FROM (SELECT state, count(*) AS n FROM active GROUP BY state) s) AS states,
      (SELECT coalesce(jsonb_agg(q), '[]') FROM (SELECT kind, count(*)::int, extract(epoch FROM now() - min(since))::float AS oldest FROM active WHERE state = 'queued' GROUP BY kind) q) AS queued,
      (SELECT count(*)::int FROM workers) AS workers,
      (SELECT coalesce(sum(capacity), 0)::int FROM workers) AS capacity,
      (SELECT coalesce(max(extract(epoch FROM now() - (lease_until - interval '10 seconds'))), 0)::float FROM active WHERE state = 'running') AS lease,
      (SELECT coalesce(max(fruitless_attempts), 0)::int FROM active) AS attempts,
      (SELECT coalesce(jsonb_object_agg(kind, n), '{}') FROM (SELECT kind, count(*) AS n FROM dead_letters WHERE state = 'open' GROUP BY kind) l) AS letters,
      (SELECT count(*)::int FROM outbox_events WHERE dispatched_at IS NULL) AS outbox,
      (SELECT coalesce(jsonb_object_agg(state, n), '{}') FROM (
        SELECT CASE WHEN next_attempt_at <= now() THEN 'due' ELSE 'later' END AS state, count(*) AS n FROM webhook_deliveries WHERE state = 'pending' GROUP BY 1) d) AS deliveries,
      (SELECT max(left(name, 4))::int FROM schema_migrations) AS schema,
      (SELECT coalesce(jsonb_agg(q), '[]') FROM (SELECT name, ready_count AS due, active_count AS active, deferred_count AS later FROM pgboss.queue
        WHERE NOT starts_with(name, '__pgboss') ORDER BY name LIMIT 100) q) AS jobs`,
};

/** Figures of the whole installation. */
export interface OperationSamples {
  states: Record<string, number>;
  queued: { kind: string; count: number; oldest: number }[];
  workers: number;
  capacity: number;
  /** Seconds since the lease that is oldest was renewed. */
  lease: number;
  /** Of the run that has had most since it completed a step. */
  attempts: number;
  letters: Record<string, number>;
  /** Events that no delivery was made of yet. */
  outbox: number;
  deliveries: Record<string, number>;
  /** Number of the last migration. */
  schema: number;
  jobs: { name: string; due: number; active: number; later: number }[];
}

export async function readOperationSamples(statements: Statements): Promise<OperationSamples> {
  const [row] = await statements.run<OperationSamples>(SAMPLES, []);
  if (!row) throw new Error("a SELECT without FROM always has a row");
  return row;
}
