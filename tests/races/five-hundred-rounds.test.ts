import { MEMBERSHIP_RACES } from "@crew/testing/membership-races";
import { openTestSystem } from "@crew/testing/open-test-system";
import { RUN_RACES } from "@crew/testing/run-races";
import { describe, expect, test } from "vitest";

const ROUNDS = 500;
const RACES = { ...MEMBERSHIP_RACES, ...RUN_RACES };

describe(`T-26 of 50 at once exactly one wins, in each of ${ROUNDS} rounds`, () => {
  test.each(Object.keys(RACES))("%s", async (name) => {
    await using system = await openTestSystem();
    let round = 0;
    for (; round < ROUNDS; round++) await RACES[name]?.(system);
    expect(round).toBe(ROUNDS);
  });
});
