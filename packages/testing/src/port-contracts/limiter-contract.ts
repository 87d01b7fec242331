import { setTimeout as delay } from "node:timers/promises";
import type { Limiter } from "@crew/core/system";
import { expect, test } from "vitest";

export function limiterContract(open: () => Limiter): void {
  test("lets exactly the points through, however many ask at once", async () => {
    const limiter = open();
    const answers = await Promise.all(Array.from({ length: 50 }, () => limiter.take("contract:many", { points: 20, windowSeconds: 60 })));
    expect(answers.filter((answer) => answer.allowed)).toHaveLength(20);
    expect(answers.map((answer) => answer.remaining).sort((a, b) => b - a)[0]).toBe(19);
    for (const answer of answers) {
      expect(answer.resetSeconds).toBeGreaterThanOrEqual(1);
      expect(answer.resetSeconds).toBeLessThanOrEqual(60);
    }
  });

  test("counts each key for itself", async () => {
    const limiter = open();
    const limit = { points: 1, windowSeconds: 60 };
    expect((await limiter.take("contract:a", limit)).allowed).toBe(true);
    expect((await limiter.take("contract:b", limit)).allowed).toBe(true);
    expect((await limiter.take("contract:a", limit)).allowed).toBe(false);
  });

  test("opens anew after its window", async () => {
    const limiter = open();
    const limit = { points: 1, windowSeconds: 1 };
    await limiter.take("contract:window", limit);
    expect((await limiter.take("contract:window", limit)).allowed).toBe(false);
    await delay(1_100);
    expect((await limiter.take("contract:window", limit)).allowed).toBe(true);
  });
}
