import type { Usage, UsageQuery } from "@crew/contracts/usage";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { askedSpan } from "./asked-span.ts";
import { readUsage } from "./usage-repository.ts";

/** Summed from the ledger, so that it is what the runs say. */
export async function getUsage(ctx: Ctx<"statements" | "now">, query: UsageQuery): Promise<Usage> {
  requirePermission(ctx, "usage:read");
  const asked = { ...askedSpan(query, ctx.now()), groupBy: query.groupBy };
  return { ...asked, ...(await readUsage(ctx.statements, ctx.actor.workspaceId, asked)) };
}
