import { typeIdFromUuid } from "@crew/contracts/ids";
import { approvalLinksTable as links } from "@crew/db/approval-links-table";
import { and, eq } from "drizzle-orm";
import type { Db, Statement, Statements } from "../system.ts";

export interface ApprovalLink {
  workspaceId: string;
  workspaceName: string;
  approvalId: string;
  /** Null: whoever reads the address. */
  userId: string | null;
  email: string;
  requiresSecondFactor: boolean;
  expiresAt: string;
}

export async function insertApprovalLink(db: Db, link: typeof links.$inferInsert): Promise<void> {
  await db.insert(links).values(link);
}

const FIND: Statement = {
  name: "find_approval_link",
  text: `SELECT l.workspace_id, w.name, l.approval_id, l.user_id, l.email, w.requires_second_factor, l.expires_at
    FROM approval_links l JOIN workspaces w ON w.id = l.workspace_id WHERE l.token_hash = $1 AND l.expires_at > $2`,
};

/** By its token, which is all that is shown: the workspace is what is looked for. */
export async function findApprovalLink(statements: Statements, tokenHash: Buffer, now: Date): Promise<ApprovalLink | undefined> {
  const [row] = await statements.run<{
    workspace_id: string;
    name: string;
    approval_id: string;
    user_id: string | null;
    email: string;
    requires_second_factor: boolean;
    expires_at: string;
  }>(FIND, [tokenHash, now.toISOString()]);
  return (
    row && {
      workspaceId: typeIdFromUuid("workspace", row.workspace_id),
      workspaceName: row.name,
      approvalId: typeIdFromUuid("approval", row.approval_id),
      userId: row.user_id && typeIdFromUuid("user", row.user_id),
      email: row.email,
      requiresSecondFactor: row.requires_second_factor,
      expiresAt: new Date(row.expires_at).toISOString(),
    }
  );
}

/** An answer makes every way to it void, also those that were sent to others. */
export async function removeApprovalLinks(db: Db, workspaceId: string, approvalId: string): Promise<void> {
  await db.delete(links).where(and(eq(links.approvalId, approvalId), eq(links.workspaceId, workspaceId)));
}
