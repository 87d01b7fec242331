import { limiterContract } from "@crew/testing/port-contracts/limiter-contract";
import { describe, expect, test } from "vitest";
import { inProcessLimiter } from "./in-process-limiter.ts";

describe("in-process limiter", () => {
  limiterContract(() => inProcessLimiter());

  test("keeps a bounded number of keys, the newest", async () => {
    const limiter = inProcessLimiter({ maxKeys: 10 });
    const limit = { points: 1, windowSeconds: 60 };
    for (let key = 0; key < 100; key++) await limiter.take(`k${key}`, limit);
    expect((await limiter.take("k99", limit)).allowed).toBe(false);
    expect((await limiter.take("k0", limit)).allowed).toBe(true);
  });
});
