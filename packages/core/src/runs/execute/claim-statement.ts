import type { Statement } from "../../system.ts";
import { RUN_COLUMNS } from "../run-row.ts";

export const LEASE = "interval '10 seconds'";

/** What waits of one crew, or of a workspace's chats. The index of the queue is written with this very expression. */
const LANE = "coalesce(crew_id, '00000000-0000-0000-0000-000000000000')";

const HOLD = `state = 'running', epoch = epoch + 1, attempt = attempt + 1, fruitless_attempts = fruitless_attempts + 1,
  lease_owner = $1, lease_until = now() + ${LEASE}, claimed_at = now(), started_at = coalesce(started_at, now()), reason = NULL, wake_at = NULL`;

/** A run as its worker needs it, read in the moment of claiming. */
const CLAIMED = `${RUN_COLUMNS.replace(/\bid\b/, "runs.id")}, coalesce(effects_key, runs.id) AS effects_key, workspace_id, started_by_user_id, authority, epoch, fruitless_attempts, cancel_requested_by, said, released_because, restored_from,
  lane_turn, active_ms, (extract(epoch FROM deadline_at - now()) * 1000)::bigint AS deadline_in_ms, (extract(epoch FROM deadline_at - created_at))::int AS deadline_seconds,
  (extract(epoch FROM now() - released_at) * 1000)::int AS unowned_ms,
  (SELECT definition FROM crew_versions v WHERE v.crew_id = runs.crew_id AND v.version = runs.crew_version) AS definition,
  (SELECT jsonb_agg(jsonb_build_object('name', name, 'text', text) ORDER BY position) FROM run_documents d WHERE d.run_id = runs.id) AS documents`;

/**
 * A run that has lost its worker so often without completing a step may be what ends them. A worker takes one such at a
 * time, so that of two that died together the one that did no harm completes a step and is none any more.
 */
const SUSPECT_FROM = 2;

/** Lanes that one claim looks at; where there are more, the next claim goes on behind them. */
export const LANES_AT_ONCE = 64;

/**
 * One round trip, and no scan of more than the heads of lanes, however many runs wait.
 *
 * `lanes` goes round from behind lane ($3, $4), by one index descent for each. `open` leaves out what is halted or looks
 * full. Of the heads that remain, the workspace with the fewest running runs is served first, and the oldest run of two
 * that are equal. What has a cap is then counted anew, one claim after the other, so that no number of workers exceeds
 * it; where nothing has one, nobody waits for anybody. (Every ORDER BY names all columns of the index, also those that are
 * given: with fewer the planner reads and sorts the whole lane.) Of two workers that want the same run one gets the lane's next.
 */
export const CLAIM: Statement = {
  name: "claim_runs",
  text: `WITH RECURSIVE held AS MATERIALIZED (
      SELECT EXISTS (SELECT FROM runs WHERE state = 'running' AND lease_owner = $1::uuid AND fruitless_attempts > ${SUSPECT_FROM}) AS has_suspect
    ), lanes AS (
      SELECT first.*, 1 AS place FROM (
        (SELECT workspace_id, ${LANE} AS lane, false AS is_second FROM runs
          WHERE state = 'queued' AND (workspace_id, ${LANE}) > ($3::uuid, $4::uuid) ORDER BY workspace_id, ${LANE} LIMIT 1)
        UNION ALL
        (SELECT workspace_id, ${LANE}, true FROM runs WHERE state = 'queued' ORDER BY workspace_id, ${LANE} LIMIT 1)
        LIMIT 1) first
      UNION ALL
      SELECT next.*, lanes.place + 1 FROM lanes CROSS JOIN LATERAL (
        (SELECT r.workspace_id, ${LANE} AS lane, lanes.is_second FROM runs r
          WHERE r.state = 'queued' AND (r.workspace_id, ${LANE}) > (lanes.workspace_id, lanes.lane) ORDER BY r.workspace_id, ${LANE} LIMIT 1)
        UNION ALL
        (SELECT r.workspace_id, ${LANE}, true FROM runs r WHERE r.state = 'queued' AND NOT lanes.is_second ORDER BY r.workspace_id, ${LANE} LIMIT 1)
        LIMIT 1) next
      WHERE lanes.place < ${LANES_AT_ONCE} AND NOT (next.is_second AND (next.workspace_id, next.lane) > ($3::uuid, $4::uuid))
    ), busy AS MATERIALIZED (
      SELECT workspace_id, (SELECT count(*)::int FROM runs r WHERE r.state = 'running' AND r.workspace_id = w.workspace_id) AS running
      FROM (SELECT DISTINCT workspace_id FROM lanes) w
    ), open AS MATERIALIZED (
      SELECT lanes.workspace_id, lanes.lane, busy.running, w.max_concurrent_runs AS workspace_most, c.max_concurrent_runs AS crew_most,
        w.max_concurrent_runs - busy.running AS workspace_room,
        CASE WHEN c.max_concurrent_runs IS NOT NULL THEN c.max_concurrent_runs -
          (SELECT count(*)::int FROM runs r WHERE r.state = 'running' AND r.workspace_id = lanes.workspace_id AND r.crew_id = lanes.lane) END AS crew_room
      FROM lanes JOIN busy USING (workspace_id)
        LEFT JOIN run_limits w ON w.workspace_id = lanes.workspace_id AND w.crew_id IS NULL
        LEFT JOIN run_limits c ON c.workspace_id = lanes.workspace_id AND c.crew_id = lanes.lane
      WHERE NOT EXISTS (SELECT FROM halts h WHERE h.workspace_id IS NULL)
        AND NOT EXISTS (SELECT FROM halts h WHERE h.workspace_id = lanes.workspace_id AND (h.crew_id IS NULL OR h.crew_id = lanes.lane))
    ), heads AS (
      SELECT open.*, head.id, head.is_suspect, row_number() OVER (PARTITION BY open.workspace_id ORDER BY head.priority DESC, head.id) AS turn
      FROM open CROSS JOIN LATERAL (
        SELECT id, priority, fruitless_attempts >= ${SUSPECT_FROM} AS is_suspect FROM runs
        WHERE state = 'queued' AND workspace_id = open.workspace_id AND ${LANE} = open.lane
          AND (fruitless_attempts < ${SUSPECT_FROM} OR NOT (SELECT has_suspect FROM held))
        ORDER BY workspace_id, ${LANE}, priority DESC, id LIMIT greatest(least($2::int, open.crew_room, open.workspace_room), 0)) head
    ), wanted AS MATERIALIZED (
      SELECT * FROM (
        SELECT heads.*, row_number() OVER (PARTITION BY is_suspect ORDER BY running + turn, id) AS place FROM heads
        WHERE workspace_room IS NULL OR turn <= workspace_room) fair
      WHERE NOT is_suspect OR place = 1 ORDER BY running + turn, id LIMIT $2::int
    ), rooms AS MATERIALIZED (
      SELECT workspace_id, crew_id, claimable_runs(workspace_id, crew_id, most) AS room FROM (
        SELECT workspace_id, NULL::uuid AS crew_id, workspace_most AS most FROM wanted WHERE workspace_most IS NOT NULL
        UNION SELECT workspace_id, lane, crew_most FROM wanted WHERE crew_most IS NOT NULL
        ORDER BY 1, 2 NULLS FIRST) capped
    ), allowed AS (
      SELECT workspace_id, lane, count(*) AS most FROM (
        SELECT wanted.workspace_id, wanted.lane, wanted.turn, c.room AS crew_room, w.room AS workspace_room,
          row_number() OVER (PARTITION BY wanted.workspace_id, wanted.lane ORDER BY wanted.turn) AS turn_in_lane,
          row_number() OVER (PARTITION BY wanted.workspace_id ORDER BY wanted.turn) AS turn_in_workspace
        FROM wanted LEFT JOIN rooms w ON w.workspace_id = wanted.workspace_id AND w.crew_id IS NULL
          LEFT JOIN rooms c ON c.workspace_id = wanted.workspace_id AND c.crew_id = wanted.lane) each
      WHERE (crew_room IS NULL OR turn_in_lane <= crew_room) AND (workspace_room IS NULL OR turn_in_workspace <= workspace_room)
      GROUP BY workspace_id, lane
    ), taken AS MATERIALIZED (
      SELECT mine.id FROM allowed CROSS JOIN LATERAL (
        SELECT id FROM runs WHERE state = 'queued' AND workspace_id = allowed.workspace_id AND ${LANE} = allowed.lane
          AND (fruitless_attempts < ${SUSPECT_FROM} OR id = (SELECT id FROM wanted WHERE is_suspect))
        ORDER BY workspace_id, ${LANE}, priority DESC, id LIMIT allowed.most FOR UPDATE SKIP LOCKED) mine
    ), claimed AS (
      UPDATE runs SET ${HOLD}
      FROM taken WHERE runs.id = taken.id
      RETURNING ${CLAIMED}
    )
    SELECT claimed.*, (SELECT count(*)::int FROM wanted) AS wanted, last.workspace_id AS turn_workspace_id, last.lane AS turn_lane
    FROM (SELECT) one LEFT JOIN claimed ON true LEFT JOIN lanes last ON last.place = ${LANES_AT_ONCE}`,
};

export const CLAIM_OVERDUE: Statement = {
  name: "claim_overdue_runs",
  text: `WITH taken AS MATERIALIZED (
      SELECT id FROM runs WHERE ended_at IS NULL AND deadline_at <= now() AND state <> 'running' ORDER BY deadline_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    UPDATE runs SET ${HOLD}, released_because = CASE state WHEN 'waiting' THEN 'timer' ELSE released_because END
    FROM taken WHERE runs.id = taken.id RETURNING ${CLAIMED}`,
};
