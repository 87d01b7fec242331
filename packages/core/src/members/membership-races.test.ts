import { MEMBERSHIP_RACES } from "@crew/testing/membership-races";
import { openTestSystem } from "@crew/testing/open-test-system";
import { describe, expect, test } from "vitest";

/** `npm test races` runs twenty times as many. */
const ROUNDS = 25;

describe(`T-26 of 50 at once exactly one wins, in each of ${ROUNDS} rounds [ASVS 2.3.4]`, () => {
  test.each(Object.keys(MEMBERSHIP_RACES))("%s", { timeout: 120_000 }, async (name) => {
    await using system = await openTestSystem();
    let round = 0;
    for (; round < ROUNDS; round++) await MEMBERSHIP_RACES[name]?.(system);
    expect(round).toBe(ROUNDS);
  });
});
