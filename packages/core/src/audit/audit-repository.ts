import { auditEventsTable } from "@crew/db/audit-events-table";
import type { Db } from "../system.ts";

export async function insertAuditEvent(db: Db, row: typeof auditEventsTable.$inferInsert): Promise<void> {
  await db.insert(auditEventsTable).values(row);
}
