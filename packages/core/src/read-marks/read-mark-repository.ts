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

/** Marks put together in one statement, by one sweep at a time. */
const AT_ONCE = 50_000;

/** The marks of each kind as one with their sum, in one statement, so that no version changes; those of workspaces that are gone go. */
export async function foldMarkRows(db: Db): Promise<{ isMore: boolean }> {
  const { rows } = await db.execute<{ taken: number }>(sql`WITH taken AS (
      DELETE FROM read_marks WHERE ctid = ANY(ARRAY(SELECT ctid FROM read_marks LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED)) RETURNING workspace_id, kind, weight
    ), folded AS (
      INSERT INTO read_marks SELECT workspace_id, kind, sum(weight) FROM taken WHERE workspace_id IN (SELECT id FROM workspaces) GROUP BY 1, 2
    )
    SELECT count(*)::int AS taken FROM taken`);
  return { isMore: rows[0]?.taken === AT_ONCE };
}
