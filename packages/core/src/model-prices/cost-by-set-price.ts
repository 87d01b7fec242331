import type { ModelPrice } from "@crew/contracts/model-prices";
import type { ModelUsage } from "@crew/engine/model";
import { withoutEndingZeros } from "../ending-zeros.ts";

/** As stored: decimal strings with at most six digits after the point. */
export type SetPrice = Pick<ModelPrice, "inputPerMillionUsd" | "outputPerMillionUsd">;

/** Money is counted in whole units of 1e-12 USD, so that sums are exact. */
const DIGITS = 12;

/** US dollars as a decimal string. */
export function costBySetPrice(price: SetPrice, usage: ModelUsage): string {
  const units =
    unitsPerToken(price.inputPerMillionUsd) * BigInt(usage.inputTokens) +
    unitsPerToken(price.outputPerMillionUsd) * BigInt(usage.outputTokens);
  const text = units.toString().padStart(DIGITS + 1, "0");
  return withoutEndingZeros(`${text.slice(0, -DIGITS)}.${text.slice(-DIGITS)}`);
}

/** A dollar a million tokens is a millionth of a dollar a token. */
function unitsPerToken(perMillionUsd: string): bigint {
  const [whole = "0", fraction = ""] = perMillionUsd.split(".");
  return BigInt(whole) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}
