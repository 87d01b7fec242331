import { CONTRACT_MINUTE_MS, lanesContract } from "@crew/testing/port-contracts/lanes-contract";
import { describe, expect, test } from "vitest";
import { inProcessLanes } from "./in-process-lanes.ts";

describe("in-process lanes", () => {
  const lanes = inProcessLanes({ minuteMs: CONTRACT_MINUTE_MS });
  lanesContract(() => lanes);

  test("a bounded number of lanes is remembered, the newest", async () => {
    const few = inProcessLanes({ maxLanes: 10 });
    const lane = (id: number) => ({ id: String(id), limits: { requestsPerMinute: 1, tokensPerMinute: null, maxConcurrent: null } });
    for (let id = 0; id < 100; id++) await few.take(lane(id), { tokens: 1 });
    expect((await few.take(lane(99), { tokens: 1 })).grant).toBeNull();
    expect((await few.take(lane(0), { tokens: 1 })).grant).not.toBeNull();
  });
});
