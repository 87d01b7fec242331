import type { Usage, UsageQuery } from "@crew/contracts/usage";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { readUsage } from "./usage-repository.ts";
import { usageSpan } from "./usage-span.ts";

/** Summed from the ledger, so that it is what the runs say. */
export async function getUsage(ctx: Ctx<"statements" | "now">, query: UsageQuery): Promise<Usage> {
  requirePermission(ctx, "usage:read");
  const asked = { ...usageSpan(query, ctx.now()), groupBy: query.groupBy };
  return { ...asked, ...(await readUsage(ctx.statements, ctx.actor.workspaceId, asked)) };
}
