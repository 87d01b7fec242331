import { uuidFromTypeId } from "@crew/contracts/ids";
import type { RunCommand } from "@crew/contracts/run-messages";
import type { Statement, Statements } from "../../system.ts";

/** What a turn has seen, as a part of the journal's one statement; `$n` is the place of its JSON among the values. */
export const writeHeard = (n: number) => `, heard AS (
    UPDATE run_messages SET seen_step = h->>'step', seen_at = now() FROM fenced, jsonb_array_elements($${n}::jsonb) h
    WHERE run_messages.run_id = $1 AND seq = (h->>'seq')::int AND seen_step IS NULL
  )`;

export interface HeardRecord {
  seq: number;
  /** The place of the run where it was seen. */
  step: string;
}

/** What was said to a run, with the place where it was seen, if it was. */
export interface SaidRecord {
  seq: number;
  by: string;
  text: string;
  command: RunCommand;
  seenStep: string | null;
}

const READ: Statement = {
  name: "read_said",
  text: `SELECT seq, by_name AS by, text, command, seen_step AS "seenStep" FROM run_messages WHERE run_id = $1 AND seq > $2 ORDER BY seq`,
};

export async function readSaid(statements: Statements, runId: string, after: number): Promise<SaidRecord[]> {
  return statements.run<SaidRecord>(READ, [uuidFromTypeId(runId), after]);
}
