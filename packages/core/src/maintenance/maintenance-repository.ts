import { approvalLinksTable } from "@crew/db/approval-links-table";
import { conversationsTable } from "@crew/db/conversations-table";
import { mailedTokensTable } from "@crew/db/mailed-tokens-table";
import { oauthArtifactsTable } from "@crew/db/oauth-artifacts-table";
import { providerLanesTable } from "@crew/db/provider-lanes-table";
import { sessionsTable } from "@crew/db/sessions-table";
import { signInChallengesTable } from "@crew/db/sign-in-challenges-table";
import { signInFlowsTable } from "@crew/db/sign-in-flows-table";
import { signInLinksTable } from "@crew/db/sign-in-links-table";
import { socketTicketsTable } from "@crew/db/socket-tickets-table";
import { lt, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

export async function removeExpiredRows(db: Db): Promise<void> {
  const tables = [
    sessionsTable,
    signInChallengesTable,
    signInFlowsTable,
    signInLinksTable,
    socketTicketsTable,
    mailedTokensTable,
    approvalLinksTable,
    oauthArtifactsTable,
  ];
  for (const table of tables) await db.delete(table).where(lt(table.expiresAt, sql`now()`));
  // A key that was replaced leaves its lane behind; one that is used again begins anew.
  await db.delete(providerLanesTable).where(lt(providerLanesTable.usedAt, sql`now() - interval '1 day'`));
}

/** Left open and forgotten; their runs' texts go with them. */
export async function removeLeftTemporaryConversations(db: Db): Promise<void> {
  await db.delete(conversationsTable).where(sql`is_temporary AND updated_at < now() - interval '1 day'`);
}
