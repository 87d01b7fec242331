import { uuidFromTypeId } from "@crew/contracts/ids";
import type { ModelPrice } from "@crew/contracts/model-prices";
import { modelPricesTable as prices } from "@crew/db/model-prices-table";
import { workspacesTable as workspaces } from "@crew/db/workspaces-table";
import { and, asc, count, eq } from "drizzle-orm";
import type { Db, Statement, Statements } from "../system.ts";

export async function listModelPriceRows(db: Db, workspaceId: string): Promise<ModelPrice[]> {
  const shown = { model: prices.model, inputPerMillionUsd: prices.inputPerMillion, outputPerMillionUsd: prices.outputPerMillion };
  return db.select(shown).from(prices).where(eq(prices.workspaceId, workspaceId)).orderBy(asc(prices.model));
}

/** Holds back others that set one. */
export async function countModelPricesLocked(db: Db, workspaceId: string): Promise<number> {
  await db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for("no key update");
  const [row] = await db.select({ count: count() }).from(prices).where(eq(prices.workspaceId, workspaceId));
  return row?.count ?? 0;
}

export async function upsertModelPrice(db: Db, workspaceId: string, price: ModelPrice, updatedAt: string): Promise<void> {
  const set = { inputPerMillion: price.inputPerMillionUsd, outputPerMillion: price.outputPerMillionUsd, updatedAt };
  await db
    .insert(prices)
    .values({ workspaceId, model: price.model, ...set })
    .onConflictDoUpdate({ target: [prices.workspaceId, prices.model], set });
}

export async function removeModelPrice(db: Db, workspaceId: string, model: string): Promise<void> {
  await db.delete(prices).where(and(eq(prices.workspaceId, workspaceId), eq(prices.model, model)));
}

const FIND: Statement = {
  name: "find_model_price",
  text: `SELECT model, input_per_million::text AS "inputPerMillionUsd", output_per_million::text AS "outputPerMillionUsd"
    FROM model_prices WHERE workspace_id = $1 AND model = $2`,
};

export async function findModelPrice(statements: Statements, workspaceId: string, model: string): Promise<ModelPrice | undefined> {
  const [row] = await statements.run<ModelPrice>(FIND, [uuidFromTypeId(workspaceId), model]);
  return row;
}
