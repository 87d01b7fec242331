import type { AuditEvent, ExportAuditEvents } from "@crew/contracts/audit";
import { requirePermission } from "../access/require-permission.ts";
import { csvField } from "../csv-field.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { findAuditHead, readAuditRows } from "./audit-repository.ts";
import { recordAudit } from "./record-audit.ts";

const BATCH = 500;

const COLUMNS = [
  "seq",
  "id",
  "createdAt",
  "actorKind",
  "actorUserId",
  "actorApiKeyId",
  "actorOauthClientId",
  "actorName",
  "action",
  "subject",
  "outcome",
  "address",
  "userAgent",
  "requestId",
  "detail",
  "hash",
] as const;

/**
 * The log up to now, oldest first, a few hundred rows in memory at a time. That it was exported is logged before the
 * first row leaves.
 */
export async function exportAuditEvents(
  ctx: Ctx<"db" | "now" | "newId">,
  { format, ...filter }: ExportAuditEvents,
): Promise<AsyncGenerator<string>> {
  requirePermission(ctx, "audit:read");
  await inTransaction(ctx, async (ctx) => {
    await recordAudit(ctx, { action: "audit.exported", subject: ctx.actor.workspaceId, detail: { format, ...filter } });
  });
  const end = (await findAuditHead(ctx.db, ctx.actor.workspaceId))?.seq ?? 0;
  return lines(ctx, { format, ...filter }, end);
}

async function* lines(ctx: Ctx<"db">, { format, ...filter }: ExportAuditEvents, end: number): AsyncGenerator<string> {
  if (format === "csv") yield `${COLUMNS.join(",")}\r\n`;
  for (let after = 0; after < end; ) {
    const rows = await readAuditRows(ctx.db, ctx.actor.workspaceId, filter, { after, limit: BATCH });
    const within = rows.filter(({ seq }) => seq <= end);
    yield within.map((event) => (format === "csv" ? csvLine(event) : `${JSON.stringify(event)}\n`)).join("");
    after = rows.length < BATCH ? end : (rows.at(-1)?.seq ?? end);
  }
}

function csvLine({ actor, detail, ...event }: AuditEvent): string {
  const { kind, userId, apiKeyId, oauthClientId, name } = actor;
  const flat: Record<(typeof COLUMNS)[number], string | number | null> = {
    ...event,
    actorKind: kind,
    actorUserId: userId,
    actorApiKeyId: apiKeyId,
    actorOauthClientId: oauthClientId,
    actorName: name,
    detail: JSON.stringify(detail),
  };
  return `${COLUMNS.map((column) => csvField(flat[column])).join(",")}\r\n`;
}
