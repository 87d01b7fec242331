import { uuidFromTypeId } from "@crew/contracts/ids";
import type { TestSystem } from "./open-test-system.ts";

/** As if the run's provider had been away for too long: it has failed, and its letter is there. Returns the letter's id. */
export async function deadRunOf(system: Pick<TestSystem, "pool" | "newId">, runId: string, code = "model_connection"): Promise<string> {
  const letterId = system.newId("letter");
  const error = { code, message: "The provider is away." };
  await system.pool.query(
    `WITH failed AS (
       UPDATE runs SET state = 'failed', lease_owner = NULL, ended_at = now(), error = $3, attempt = 1, last_seq = last_seq + 1 WHERE id = $2 RETURNING *
     ), told AS (
       INSERT INTO run_events (run_id, seq, key, type, at, data) SELECT id, last_seq, 'end', 'crew_kickoff_failed', now(), jsonb_build_object('error', error) FROM failed
     ) INSERT INTO dead_letters (id, workspace_id, kind, run_id, crew_id, title, code, message, attempts, created_at)
     SELECT $1, workspace_id, 'run', id, crew_id, title, error->>'code', error->>'message', attempt, now() FROM failed`,
    [uuidFromTypeId(letterId), uuidFromTypeId(runId), error],
  );
  return letterId;
}
