import type { SecuritySummaryLine, SummarizeSecurityEvents } from "@crew/contracts/security-events";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { countSecurityEvents } from "./security-event-repository.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export async function summarizeSecurityEvents(
  ctx: Ctx<"db" | "now">,
  { days }: SummarizeSecurityEvents,
): Promise<{ data: SecuritySummaryLine[] }> {
  requirePermission(ctx, "security:read");
  const since = new Date(ctx.now().getTime() - days * DAY_MS).toISOString();
  return { data: await countSecurityEvents(ctx.db, ctx.actor.workspaceId, since) };
}
