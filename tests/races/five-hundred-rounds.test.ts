import { MEMBERSHIP_RACES } from "@crew/testing/membership-races";
import { openTestSystem } from "@crew/testing/open-test-system";
import { describe, expect, test } from "vitest";

const ROUNDS = 500;

describe(`T-26 of 50 at once exactly one wins, in each of ${ROUNDS} rounds`, () => {
  test.each(Object.keys(MEMBERSHIP_RACES))("%s", async (name) => {
    await using system = await openTestSystem();
    let round = 0;
    for (; round < ROUNDS; round++) await MEMBERSHIP_RACES[name]?.(system);
    expect(round).toBe(ROUNDS);
  });
});
