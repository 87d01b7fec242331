import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import { MAX_RECALLED } from "@crew/contracts/memories";
import type { Recollection } from "@crew/engine/host";
import type { Statement, Statements } from "../system.ts";

/**
 * PostgreSQL takes the words apart as it does the texts, and quotes them; only its AND between them becomes OR. Materialized,
 * for a plan that serves any words would do so once a row.
 */
const RECALL: Statement = {
  name: "recall_memories",
  text: `WITH asked AS MATERIALIZED (SELECT replace(plainto_tsquery('simple', $4)::text, ' & ', ' | ')::tsquery AS words)
    SELECT id, text, tainted_by FROM memories, asked
    WHERE workspace_id = $1 AND crew_id = $2 AND run_id <> $3 AND memories.words @@ asked.words
    ORDER BY ts_rank(memories.words, asked.words) DESC, id DESC LIMIT ${MAX_RECALLED}`,
};

/** What one crew remembers of its other runs, best fit first, newer before older where two fit alike. */
export async function recallMemories(
  statements: Statements,
  { workspaceId, crewId, runId, words }: { workspaceId: string; crewId: string; runId: string; words: string },
): Promise<Recollection[]> {
  const values = [uuidFromTypeId(workspaceId), uuidFromTypeId(crewId), uuidFromTypeId(runId), words];
  const rows = await statements.run<{ id: string; text: string; tainted_by: string[] }>(RECALL, values);
  return rows.map((row) => ({ memoryId: typeIdFromUuid("memory", row.id), text: row.text, taintedBy: row.tainted_by }));
}
