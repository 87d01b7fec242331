import type { AuditEvent, ListAuditEvents } from "@crew/contracts/audit";
import type { Page } from "@crew/contracts/page";
import { z } from "zod";
import { requirePermission } from "../access/require-permission.ts";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Ctx } from "../system.ts";
import { readAuditRows } from "./audit-repository.ts";

const Place = z.tuple([z.int().min(1)]);

export async function listAuditEvents(ctx: Ctx<"db">, { limit, cursor, ...filter }: ListAuditEvents): Promise<Page<AuditEvent>> {
  requirePermission(ctx, "audit:read");
  const [before] = decodeCursor(cursor, Place);
  const rows = await readAuditRows(ctx.db, ctx.actor.workspaceId, filter, { before, limit: limit + 1 });
  return pageFrom(rows, limit, ({ seq }) => [seq]);
}
