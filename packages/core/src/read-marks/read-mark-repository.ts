import type { ReadMark } from "@crew/contracts/endpoint";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { sql } from "drizzle-orm";
import type { Db, Statement, Statements } from "../system.ts";

const VERSION: Statement = {
  name: "read_version",
  text: `SELECT coalesce(string_agg(kind || '=' || total, ' ' ORDER BY kind), '') AS version
    FROM (SELECT kind, sum(weight) AS total FROM read_marks WHERE workspace_id = $1 AND kind = ANY($2) GROUP BY kind) AS sums`,
};

export async function findReadVersion(statements: Statements, workspaceId: string, marks: readonly ReadMark[]): Promise<string> {
  const [row] = await statements.run<{ version: string }>(VERSION, [uuidFromTypeId(workspaceId), marks]);
  return row?.version ?? "";
}

/** Rows put together in one statement. */
const AT_ONCE = 10_000;

/**
 * What closed connections counted is added to writer 0 in one statement, so that no version changes; the marks of workspaces
 * that are gone go. A row that someone counts in is left for the next time.
 */
export async function foldMarkRows(db: Db): Promise<{ isMore: boolean }> {
  const { rows } = await db.execute<{ taken: number }>(sql`WITH taken AS (
      DELETE FROM read_marks WHERE ctid = ANY(ARRAY(SELECT ctid FROM read_marks m
        WHERE (writer <> 0 AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = m.writer))
          OR NOT EXISTS (SELECT FROM workspaces w WHERE w.id = m.workspace_id)
        LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED)) RETURNING workspace_id, kind, weight
    ), folded AS (
      INSERT INTO read_marks AS kept SELECT workspace_id, kind, 0, sum(weight) FROM taken
      WHERE workspace_id IN (SELECT id FROM workspaces) GROUP BY 1, 2 ORDER BY 1, 2
      ON CONFLICT (workspace_id, kind, writer) DO UPDATE SET weight = kept.weight + excluded.weight
    )
    SELECT count(*)::int AS taken FROM taken`);
  return { isMore: rows[0]?.taken === AT_ONCE };
}
