import { expect, test } from "vitest";
import { isOwnPlace } from "./own-place.ts";

const ID = "01jzzzzzzzzzzzzzzzzzzzzzzz";

test("a text of a model leads to runs and crews by their ids, and nowhere else in the console", () => {
  expect([`/runs/run_${ID}`, `/crews/crew_${ID}`].map(isOwnPlace)).toEqual([true, true]);
  const elsewhere = [
    ...[undefined, "", "/settings", `/crews/crew_${ID}?run=1`, `/runs/run_${ID}/..`, `//runs/run_${ID}`, `/runs/crew_${ID}`],
    ...[`javascript:/runs/run_${ID}`, `https://example.org/runs/run_${ID}`, `/runs/run_${ID}\n`],
  ];
  expect(elsewhere.filter(isOwnPlace)).toEqual([]);
});
