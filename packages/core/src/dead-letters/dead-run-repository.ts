/**
 * A part of the journal's last commit: the run's dead letter. `$1` is the run, `$5` its transition, `$n` the letter as
 * JSON; of `fenced` there is a row if the run is still the worker's.
 */
export function insertsDeadRun(n: number): string {
  return `, letter AS (
    INSERT INTO dead_letters (id, workspace_id, kind, run_id, crew_id, title, code, message, attempts, detail, created_at)
    SELECT ($${n}::jsonb->>'id')::uuid, r.workspace_id, 'run', r.id, r.crew_id, r.title, $5->'error'->>'code', $5->'error'->>'message', r.attempt,
      jsonb_build_object('worker', $${n}->'worker', 'lostWorkers', to_jsonb(r.lost_workers)), now()
    FROM runs r, fenced WHERE r.id = $1
  )`;
}
