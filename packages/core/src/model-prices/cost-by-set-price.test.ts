import { expect, test } from "vitest";
import { costBySetPrice } from "./cost-by-set-price.ts";

test("money is counted exactly, in as many digits as it takes", () => {
  const price = { inputPerMillionUsd: "0.15", outputPerMillionUsd: "0.6" };
  expect(costBySetPrice(price, { inputTokens: 1, outputTokens: 0 })).toBe("0.00000015");
  expect(costBySetPrice(price, { inputTokens: 3, outputTokens: 7 })).toBe("0.00000465");
  expect(costBySetPrice(price, { inputTokens: 2_000_000, outputTokens: 1_000_000 })).toBe("0.9");
  expect(costBySetPrice({ inputPerMillionUsd: "10", outputPerMillionUsd: "0" }, { inputTokens: 1_000_000, outputTokens: 5 })).toBe("10");
  expect(costBySetPrice({ inputPerMillionUsd: "0", outputPerMillionUsd: "0" }, { inputTokens: 9, outputTokens: 9 })).toBe("0");
});
