import { expect, test } from "vitest";
import { stoppedWords } from "./stopped-words.ts";

test("says how many runs were stopped, and how many are still being stopped", () => {
  expect(stoppedWords({ ended: 0, stopping: 0 })).toBe("No run was going");
  expect(stoppedWords({ ended: 1, stopping: 0 })).toBe("1 run stopped");
  expect(stoppedWords({ ended: 2, stopping: 1 })).toBe("3 runs stopped, one of them in a moment");
  expect(stoppedWords({ ended: 0, stopping: 1 })).toBe("1 run stops now");
  expect(stoppedWords({ ended: 0, stopping: 4 })).toBe("4 runs stop now");
});
