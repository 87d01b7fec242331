import type { ExportUsage } from "@crew/contracts/usage";
import { requirePermission } from "../access/require-permission.ts";
import { csvField } from "../csv-field.ts";
import type { Ctx } from "../system.ts";
import { askedSpan } from "./asked-span.ts";
import { readUsageLines, type UsageLine } from "./usage-repository.ts";

const COLUMNS = [
  "day",
  "crew",
  "agent",
  "model",
  "person",
  "api_key",
  "calls",
  "input_tokens",
  "output_tokens",
  "cost_usd",
  "estimated_usd",
  "unpriced_calls",
] as const satisfies (keyof UsageLine)[];

const DAY_MS = 86_400_000;

/** CSV, one day in memory at a time. */
export async function exportUsage(ctx: Ctx<"statements" | "now">, query: ExportUsage): Promise<AsyncGenerator<string>> {
  requirePermission(ctx, "usage:read");
  return lines(ctx, askedSpan(query, ctx.now()));
}

async function* lines(ctx: Ctx<"statements">, { from, to }: { from: string; to: string }): AsyncGenerator<string> {
  yield `${COLUMNS.join(",")}\r\n`;
  const end = Date.parse(to);
  for (let start = Date.parse(from); start < end; ) {
    const next = Math.min(end, Math.floor(start / DAY_MS + 1) * DAY_MS);
    const rows = await readUsageLines(ctx.statements, ctx.actor.workspaceId, new Date(start).toISOString(), new Date(next).toISOString());
    if (rows.length > 0) yield rows.map(csvLine).join("");
    start = next;
  }
}

function csvLine(row: UsageLine): string {
  return `${COLUMNS.map((column) => csvField(row[column])).join(",")}\r\n`;
}
