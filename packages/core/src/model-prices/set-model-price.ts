import { MAX_MODEL_PRICES, type ModelPrice, type SetModelPrice } from "@crew/contracts/model-prices";
import { requirePermission } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { countModelPricesLocked, listModelPriceRows, removeModelPrice, upsertModelPrice } from "./model-price-repository.ts";

/** Workers price calls by it within five seconds; what was charged before stays as it was. */
export async function setModelPrice(ctx: Ctx<"db" | "now" | "newId">, { model, price }: SetModelPrice): Promise<{ data: ModelPrice[] }> {
  requirePermission(ctx, "model-providers:write");
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const known = await countModelPricesLocked(ctx.db, workspaceId);
    if (price === null) await removeModelPrice(ctx.db, workspaceId, model);
    else {
      if (known >= MAX_MODEL_PRICES)
        throw new AppError("conflict", `A workspace sets at most ${MAX_MODEL_PRICES} prices. Take one away first.`);
      await upsertModelPrice(ctx.db, workspaceId, { model, ...price }, ctx.now().toISOString());
    }
    await recordAudit(ctx, { action: "model_price.set", subject: ctx.actor.workspaceId, detail: { model, price } });
    return { data: await listModelPriceRows(ctx.db, workspaceId) };
  });
}
