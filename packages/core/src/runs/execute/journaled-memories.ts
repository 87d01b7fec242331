import { MAX_MEMORIES_OF_CREW } from "@crew/contracts/memories";

export interface MemoryRecord {
  id: string;
  taskKey: string;
  agentKey: string;
  text: string;
  taintedBy: string[];
  createdAt: string;
}

/**
 * A part of the journal's one statement; `$n` is the place of its JSON among the values. The lock holds back a deletion of
 * the crew, which would otherwise leave behind what it does not see yet.
 */
export const writeMemories = (n: number) => `, remembering AS (
    SELECT c.id FROM crews c, fenced WHERE c.id = fenced.crew_id AND c.deleted_at IS NULL FOR SHARE OF c
  ), kept AS (
    INSERT INTO memories (id, workspace_id, crew_id, run_id, task_key, agent_key, source, text, tainted_by, created_at)
    SELECT (m->>'id')::uuid, workspace_id, remembering.id, $1, m->>'taskKey', m->>'agentKey', 'task_output', m->>'text', m->'taintedBy', (m->>'createdAt')::timestamptz
    FROM fenced, remembering, jsonb_array_elements($${n}::jsonb) m
    ON CONFLICT (run_id, task_key) DO NOTHING
  ), forgotten AS (
    DELETE FROM memories WHERE id IN (SELECT id FROM memories WHERE id IN (
      SELECT m.id FROM memories m, remembering WHERE m.crew_id = remembering.id
      ORDER BY m.id DESC OFFSET greatest(${MAX_MEMORIES_OF_CREW} - jsonb_array_length($${n}::jsonb), 0)) FOR UPDATE SKIP LOCKED)
  )`;
