import { sessionsTable } from "@crew/db/sessions-table";
import { signInLinksTable } from "@crew/db/sign-in-links-table";
import { socketTicketsTable } from "@crew/db/socket-tickets-table";
import { lt, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

export async function removeExpiredRows(db: Db): Promise<void> {
  for (const table of [sessionsTable, signInLinksTable, socketTicketsTable]) await db.delete(table).where(lt(table.expiresAt, sql`now()`));
}
