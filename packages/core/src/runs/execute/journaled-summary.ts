/** `$n` is its place among the values. Any answer of the branch may have made the same; the first one stays. */
export const writeSummary = (n: number) => `, summarized AS (
    INSERT INTO conversation_summaries (through_message_id, workspace_id, conversation_id, through_seq, messages, omitted, text)
    SELECT m.id, m.workspace_id, m.conversation_id, m.seq, ($${n}::jsonb->>'messages')::int, ($${n}->>'omitted')::int, $${n}->>'text'
    FROM fenced, messages a, messages m
    WHERE a.run_id = $1 AND a.role = 'assistant' AND m.conversation_id = a.conversation_id AND m.seq = ($${n}->>'throughSeq')::int
    ON CONFLICT DO NOTHING
  )`;
