import type { ModelPrice } from "@crew/contracts/model-prices";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listModelPriceRows } from "./model-price-repository.ts";

export async function listModelPrices(ctx: Ctx<"db">): Promise<{ data: ModelPrice[] }> {
  requirePermission(ctx, "usage:read");
  return { data: await listModelPriceRows(ctx.db, ctx.actor.workspaceId) };
}
