import type { DeadLetterState } from "@crew/contracts/dead-letters";
import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { RunLinkKind, RunLinks } from "@crew/contracts/runs";
import type { Statement, Statements } from "../system.ts";

interface LinkRow {
  links: { kind: RunLinkKind; run: string }[];
  linked_by: { kind: RunLinkKind; run: string }[];
  letter: { id: string; state: DeadLetterState } | null;
}

/** A run is continued by few others, each of which had to fail before the next. */
const FIND: Statement = {
  name: "find_run_links",
  text: `SELECT
      (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', l.kind, 'run', l.linked_run_id)), '[]') FROM run_links l JOIN runs r ON r.id = l.linked_run_id
       WHERE l.run_id = $2 AND r.workspace_id = $1) AS links,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', l.kind, 'run', l.run_id) ORDER BY l.run_id), '[]') FROM run_links l JOIN runs r ON r.id = l.run_id
       WHERE l.linked_run_id = $2 AND r.workspace_id = $1) AS linked_by,
      (SELECT jsonb_build_object('id', id, 'state', state) FROM dead_letters WHERE run_id = $2 AND workspace_id = $1) AS letter`,
};

export async function findRunLinks(statements: Statements, workspaceId: string, runId: string): Promise<RunLinks> {
  const [row] = await statements.run<LinkRow>(FIND, [uuidFromTypeId(workspaceId), uuidFromTypeId(runId)]);
  if (!row) throw new Error("a SELECT without FROM always has a row");
  const told = ({ kind, run }: LinkRow["links"][number]) => ({ kind, runId: typeIdFromUuid("run", run) });
  return {
    links: row.links.map(told),
    linkedBy: row.linked_by.map(told),
    deadLetter: row.letter && { id: typeIdFromUuid("letter", row.letter.id), state: row.letter.state },
  };
}
