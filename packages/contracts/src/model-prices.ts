import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { listOf } from "./page.ts";

export const MAX_MODEL_PRICES = 500;

const PerMillion = z.string().regex(/^\d{1,6}(\.\d{1,6})?$/, "must be US dollars for a million tokens, like 0.15");

/** What the workspace says that a model costs; it comes before the bundled table. */
export const ModelPrice = z
  .object({
    /** `<provider name>/<model id>`. */
    model: z.string().min(3).max(300),
    inputPerMillionUsd: PerMillion,
    outputPerMillionUsd: PerMillion,
  })
  .meta({ id: "ModelPrice" });
export type ModelPrice = z.infer<typeof ModelPrice>;

export const SetModelPrice = z
  .strictObject({
    model: z
      .string()
      .max(300)
      .regex(/^[^/\s]+\/\S+$/, "must be <provider name>/<model id>"),
    /** `null` takes the price away. */
    price: z.strictObject({ inputPerMillionUsd: PerMillion, outputPerMillionUsd: PerMillion }).nullable(),
  })
  .meta({ id: "SetModelPrice" });
export type SetModelPrice = z.infer<typeof SetModelPrice>;

export const modelPriceEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/model-prices",
    tag: "Usage and budgets",
    summary: "List the prices that the workspace has set for models",
    response: listOf(ModelPrice),
    needs: "usage:read",
    status: 200,
  }),
  set: endpoint({
    method: "PUT",
    path: "/v1/model-prices",
    tag: "Usage and budgets",
    summary: "Say what a model costs whose price is unknown, such as one that you host yourself; null takes it away",
    body: SetModelPrice,
    response: listOf(ModelPrice),
    needs: "model-providers:write",
    status: 200,
  }),
} as const;
