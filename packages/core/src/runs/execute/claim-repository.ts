import type { CrewDefinition, Document } from "@crew/contracts/crews";
import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { StoredAuthority } from "@crew/db/runs-table";
import { storedDefinition } from "../../crews/crew-draft.ts";
import type { HeldLock, Statement, Statements } from "../../system.ts";
import { type RunRow, runFromRow } from "../run-row.ts";
import { type Claim, type ClaimTurn, type LaneTurn, WORKER_LOCK_CLASS } from "./claim.ts";
import { CLAIM, CLAIM_OVERDUE, LEASE } from "./claim-statement.ts";

interface ClaimRow extends RunRow {
  effects_key: string;
  workspace_id: string;
  epoch: number;
  fruitless_attempts: number;
  cancel_requested_by: string | null;
  said: number;
  released_because: string | null;
  restored_from: string | Date | null;
  unowned_ms: number | null;
  active_ms: number;
  lane_turn: LaneTurn | null;
  deadline_in_ms: number | null;
  deadline_seconds: number | null;
  started_by_user_id: string | null;
  authority: StoredAuthority | null;
  definition: CrewDefinition | null;
  documents: Document[] | null;
}

/** What each row of a claim tells beside its run; one row without a run when nothing was claimed. */
interface TurnRow {
  wanted: number;
  turn_workspace_id: string | null;
  turn_lane: string | null;
}

const ZERO = "00000000-0000-0000-0000-000000000000";
export const FIRST_TURN: ClaimTurn = { workspaceId: ZERO, lane: ZERO };

export interface ClaimedRuns {
  claims: Claim[];
  /** Where the next claim begins. */
  turn: ClaimTurn;
  /** Others were quicker, or there are lanes that this claim did not come to: it is worth claiming again at once. */
  isMore: boolean;
}

export async function claimRunRows(statements: Statements, workerId: string, limit: number, turn: ClaimTurn): Promise<ClaimedRuns> {
  const rows = await statements.run<(ClaimRow | { id: null }) & TurnRow>(CLAIM, [workerId, limit, turn.workspaceId, turn.lane]);
  const [first] = rows;
  const claims = rows.flatMap((row) => (row.id === null ? [] : [claimFromRow(row)]));
  const isCut = first?.turn_workspace_id != null && first.turn_lane !== null;
  return {
    claims,
    turn: isCut ? { workspaceId: first.turn_workspace_id ?? ZERO, lane: first.turn_lane ?? ZERO } : turn,
    isMore: claims.length < limit ? isCut || claims.length < (first?.wanted ?? 0) : true,
  };
}

/** Runs over their deadline that nobody holds, whatever caps and halts say: they are ended, and call nothing any more. */
export async function claimOverdueRows(statements: Statements, workerId: string, limit: number): Promise<Claim[]> {
  return (await statements.run<ClaimRow>(CLAIM_OVERDUE, [workerId, limit])).map(claimFromRow);
}

function claimFromRow(row: ClaimRow): Claim {
  return {
    run: runFromRow(row),
    effectsKey: typeIdFromUuid("run", row.effects_key),
    workspaceId: typeIdFromUuid("workspace", row.workspace_id),
    epoch: row.epoch,
    fruitlessAttempts: row.fruitless_attempts,
    cancelRequestedBy: row.cancel_requested_by,
    said: row.said,
    releasedBecause: row.released_because as Claim["releasedBecause"],
    restoredFrom: row.restored_from && new Date(row.restored_from).toISOString(),
    unownedMs: row.unowned_ms ?? 0,
    activeMs: row.active_ms,
    laneTurn: row.lane_turn,
    deadline: row.deadline_in_ms === null ? null : { inMs: row.deadline_in_ms, seconds: row.deadline_seconds ?? 0 },
    definition: row.definition && storedDefinition(row.definition),
    documents: row.documents ?? [],
    starterId: row.started_by_user_id && typeIdFromUuid("user", row.started_by_user_id),
    authority: row.authority,
  };
}

const REGISTER: Statement = {
  name: "register_worker",
  text: `INSERT INTO workers (id, lock_key, host, pid, capacity, version, started_at, heartbeat_at) VALUES ($1, $2, $3, $4, $5, $6, now(), now())`,
};

export async function registerWorkerRow(
  lock: HeldLock,
  worker: { id: string; lockKey: number; host: string; pid: number; capacity: number; version: string },
): Promise<void> {
  await lock.run(REGISTER, [worker.id, worker.lockKey, worker.host, worker.pid, worker.capacity, worker.version]);
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

/** Adds the time in a worker's hands that ends with `end`. */
const activeUntil = (end: string) => `active_ms = active_ms + coalesce((extract(epoch FROM ${end} - claimed_at) * 1000)::bigint, 0)`;

const LAST_SIGN = `least(now(), lease_until - ${LEASE})`;

/**
 * A worker is gone when nobody holds its advisory lock, which PostgreSQL frees with its connection. Its runs go back to
 * the queue, as do runs whose lease ran out (a host that vanished without closing the connection) and those whose timer is due.
 * A lost run counts as without an owner since its worker's last sign of life. What was
 * claimed in the moment in which its crew or workspace was halted is told to stop.
 *
 * While it waits for a row, a worker that it has not seen may come and take that run: the run's epoch tells.
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
        released_at = ${LAST_SIGN}, ${activeUntil(LAST_SIGN)},
        lost_workers = (lost_workers || coalesce((SELECT host || ', process ' || pid FROM workers w WHERE w.id = lease_owner), 'unknown'))[greatest(cardinality(lost_workers) - 1, 1):]
      FROM (SELECT id AS seen_id, epoch AS seen_epoch FROM runs WHERE state = 'running') seen
      WHERE id = seen_id AND epoch = seen_epoch AND state = 'running'
        AND (lease_until < now() OR lease_owner IN (SELECT id FROM gone) OR NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = lease_owner))
      RETURNING id
    ), due AS (
      UPDATE runs SET state = 'queued', reason = NULL, wake_at = NULL, released_at = now(), released_because = 'timer'
      WHERE state = 'waiting' AND wake_at <= now() AND (deadline_at IS NULL OR deadline_at > now()) RETURNING id
    ), halted AS (
      UPDATE runs SET cancel_requested_by = h.by_name FROM halts h
      WHERE state = 'running' AND cancel_requested_by IS NULL
        AND (h.workspace_id IS NULL OR (runs.workspace_id = h.workspace_id AND (h.crew_id IS NULL OR runs.crew_id = h.crew_id)))
        AND runs.id NOT IN (SELECT id FROM lost)
      RETURNING runs.id
    )
    SELECT (SELECT count(*)::int FROM lost) AS lost, (SELECT count(*)::int FROM due) AS due, (SELECT count(pg_notify('crew_cancel', id::text))::int FROM halted) AS halted,
      EXISTS (SELECT FROM runs WHERE ended_at IS NULL AND deadline_at <= now() AND state <> 'running') AS "hasOverdue"`,
};

export interface SweptRuns {
  lost: number;
  due: number;
  halted: number;
  /** Runs that nobody holds are over their deadline: `claimOverdueRows`. */
  hasOverdue: boolean;
}

export async function sweepRunRows(statements: Statements): Promise<SweptRuns> {
  const [swept] = await statements.run<SweptRuns>(SWEEP, []);
  if (!swept) throw new Error("a SELECT without FROM always has a row");
  return swept;
}

const RELEASE: Statement = {
  name: "release_run",
  text: `UPDATE runs SET state = 'queued', lease_owner = NULL, lease_until = NULL, released_at = now(), released_because = $3, ${activeUntil("now()")},
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
