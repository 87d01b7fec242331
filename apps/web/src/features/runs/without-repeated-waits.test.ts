import type { LiveTask } from "@crew/client/live-run-view";
import { expect, test } from "vitest";
import { withoutRepeatedWaits } from "./without-repeated-waits.ts";

type LiveItem = LiveTask["items"][number];

/** W waits for the clock, G goes on after it, H waits for a person; other letters are turns. */
function itemsOf(letters: string): LiveItem[] {
  return [...letters].map((letter, at) => {
    const told = { id: `${letter}${at}`, at: "2026-11-22T10:00:00.000Z" };
    if (letter === "W" || letter === "H")
      return { kind: "note", note: "waiting", reason: letter === "W" ? "timer" : "human_input", until: null, detail: "", ...told };
    if (letter === "G") return { kind: "note", note: "resumed", because: "timer", attempt: 1, atStep: 1, afterMs: 1, ...told };
    return { kind: "turn", ...told } as unknown as LiveItem;
  });
}

test.each([
  ["tWGt", "tWGt"],
  ["tWGWGWGt", "tWGt"],
  ["tWGWGW", "tW"],
  ["tWGtWGWGt", "tWGtWGt"],
  ["tHWGWGt", "tHWGt"],
  ["", ""],
])("%s is shown as %s", (items, shown) => {
  expect(
    withoutRepeatedWaits(itemsOf(items))
      .map(({ id }) => id[0])
      .join(""),
  ).toBe(shown);
});
