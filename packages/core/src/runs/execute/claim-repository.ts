import type { CrewDefinition, Document } from "@crew/contracts/crews";
import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { StoredAuthority } from "@crew/db/runs-table";
import { storedDefinition } from "../../crews/crew-draft.ts";
import type { HeldLock, Statement, Statements } from "../../system.ts";
import { RUN_COLUMNS, type RunRow, runFromRow } from "../run-row.ts";
import { type Claim, WORKER_LOCK_CLASS } from "./claim.ts";

const LEASE = "interval '10 seconds'";

/** The queue is the table: the oldest queued runs of the highest priority, each taken by one worker only. */
const CLAIM: Statement = {
  name: "claim_runs",
  text: `WITH picked AS (
      SELECT id AS picked_id FROM runs WHERE state = 'queued' ORDER BY priority DESC, id LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    UPDATE runs SET state = 'running', epoch = epoch + 1, attempt = attempt + 1, fruitless_attempts = fruitless_attempts + 1,
      lease_owner = $1, lease_until = now() + ${LEASE}, started_at = coalesce(started_at, now()), reason = NULL, wake_at = NULL
    FROM picked WHERE id = picked_id
    RETURNING ${RUN_COLUMNS}, coalesce(effects_key, id) AS effects_key, workspace_id, started_by_user_id, authority, epoch, fruitless_attempts, cancel_requested_by, released_because,
      (extract(epoch FROM now() - released_at) * 1000)::int AS unowned_ms,
      (SELECT definition FROM crew_versions v WHERE v.crew_id = runs.crew_id AND v.version = runs.crew_version) AS definition,
      (SELECT jsonb_agg(jsonb_build_object('name', name, 'text', text) ORDER BY position) FROM run_documents d WHERE d.run_id = runs.id) AS documents`,
};

interface ClaimRow extends RunRow {
  effects_key: string;
  workspace_id: string;
  epoch: number;
  fruitless_attempts: number;
  cancel_requested_by: string | null;
  released_because: string | null;
  unowned_ms: number | null;
  started_by_user_id: string | null;
  authority: StoredAuthority | null;
  definition: CrewDefinition | null;
  documents: Document[] | null;
}

export async function claimRunRows(statements: Statements, workerId: string, limit: number): Promise<Claim[]> {
  const rows = await statements.run<ClaimRow>(CLAIM, [workerId, limit]);
  return rows.map((row) => ({
    run: runFromRow(row),
    effectsKey: typeIdFromUuid("run", row.effects_key),
    workspaceId: typeIdFromUuid("workspace", row.workspace_id),
    epoch: row.epoch,
    fruitlessAttempts: row.fruitless_attempts,
    cancelRequestedBy: row.cancel_requested_by,
    releasedBecause: row.released_because as Claim["releasedBecause"],
    unownedMs: row.unowned_ms ?? 0,
    definition: row.definition && storedDefinition(row.definition),
    documents: row.documents ?? [],
    starterId: row.started_by_user_id && typeIdFromUuid("user", row.started_by_user_id),
    authority: row.authority,
  }));
}

const REGISTER: Statement = {
  name: "register_worker",
  text: `INSERT INTO workers (id, lock_key, host, pid, capacity, started_at, heartbeat_at) VALUES ($1, $2, $3, $4, $5, now(), now())`,
};

export async function registerWorkerRow(
  lock: HeldLock,
  worker: { id: string; lockKey: number; host: string; pid: number; capacity: number },
): Promise<void> {
  await lock.run(REGISTER, [worker.id, worker.lockKey, worker.host, worker.pid, worker.capacity]);
}

const HEARTBEAT: Statement = {
  name: "heartbeat",
  text: `WITH beat AS (UPDATE workers SET heartbeat_at = now() WHERE id = $1)
    UPDATE runs SET lease_until = now() + ${LEASE} WHERE id = ANY($2) AND lease_owner = $1 AND state = 'running' RETURNING id, cancel_requested_by IS NOT NULL AS is_cancelled`,
};

/**
 * Renews the leases of these runs of the worker; tells which it still holds, and which of those are to stop. What the worker
 * does not work on, though the row says so, is left to run out: it could not be given back when its database was away.
 */
export async function renewLeaseRows(
  lock: HeldLock,
  workerId: string,
  runIds: readonly string[],
): Promise<{ runId: string; isCancelled: boolean }[]> {
  const rows = await lock.run<{ id: string; is_cancelled: boolean }>(HEARTBEAT, [workerId, runIds.map(uuidFromTypeId)]);
  return rows.map((row) => ({ runId: typeIdFromUuid("run", row.id), isCancelled: row.is_cancelled }));
}

/**
 * A worker is gone when nobody holds its advisory lock, which PostgreSQL frees with its connection. Its runs go back to
 * the queue, as do runs whose lease ran out (a host that vanished without closing the connection) and those whose timer is due.
 * A lost run counts as without an owner since its worker's last sign of life.
 */
const SWEEP: Statement = {
  name: "sweep_runs",
  text: `WITH gone AS (
      DELETE FROM workers w WHERE NOT EXISTS (
        SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.classid = ${WORKER_LOCK_CLASS} AND l.objid = w.lock_key
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
      RETURNING id
    ), lost AS (
      UPDATE runs SET state = 'queued', lease_owner = NULL, lease_until = NULL, released_because = 'worker_lost',
        released_at = least(now(), lease_until - ${LEASE}),
        lost_workers = (lost_workers || coalesce((SELECT host || ', process ' || pid FROM workers w WHERE w.id = lease_owner), 'unknown'))[greatest(cardinality(lost_workers) - 1, 1):]
      WHERE state = 'running' AND (lease_until < now() OR lease_owner IN (SELECT id FROM gone) OR NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = lease_owner))
      RETURNING id
    ), due AS (
      UPDATE runs SET state = 'queued', reason = NULL, wake_at = NULL, released_at = now(), released_because = 'timer'
      WHERE state = 'waiting' AND wake_at <= now() RETURNING id
    )
    SELECT (SELECT count(*) FROM lost) AS lost, (SELECT count(*) FROM due) AS due`,
};

/** Returns how many runs went back to the queue. */
export async function sweepRunRows(statements: Statements): Promise<{ lost: number; due: number }> {
  const [counts] = await statements.run<{ lost: number; due: number }>(SWEEP, []);
  return counts ?? { lost: 0, due: 0 };
}

const RELEASE: Statement = {
  name: "release_run",
  text: `UPDATE runs SET state = 'queued', lease_owner = NULL, lease_until = NULL, released_at = now(), released_because = $3,
      fruitless_attempts = CASE WHEN $3 = 'drained' THEN greatest(fruitless_attempts - 1, 0) ELSE fruitless_attempts END
    WHERE id = $1 AND epoch = $2 AND state = 'running' RETURNING pg_notify('crew_runs', '')`,
};

/** Hands a run back at once instead of letting its lease run out. Draining costs it no attempt. */
export async function releaseRunRow(statements: Statements, claim: Claim, because: "drained" | "worker_lost"): Promise<void> {
  await statements.run(RELEASE, [uuidFromTypeId(claim.run.id), claim.epoch, because]);
}

const UNREGISTER: Statement = { name: "unregister_worker", text: "DELETE FROM workers WHERE id = $1" };

export async function unregisterWorkerRow(lock: HeldLock, workerId: string): Promise<void> {
  await lock.run(UNREGISTER, [workerId]);
}

const CANCELLER: Statement = { name: "who_cancelled", text: "SELECT cancel_requested_by FROM runs WHERE id = $1" };

/** Who asked for the stop, for a worker that has only heard that there is one. */
export async function findCanceller(statements: Statements, runId: string): Promise<string | null> {
  const [row] = await statements.run<{ cancel_requested_by: string | null }>(CANCELLER, [uuidFromTypeId(runId)]);
  return row?.cancel_requested_by ?? null;
}
