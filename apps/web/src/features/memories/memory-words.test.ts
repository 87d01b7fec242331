import { PurgeMemories } from "@crew/contracts/memories";
import { expect, test } from "vitest";
import { memoryCountWords, memoryFieldsOf, namesASource, purgeWords } from "./memory-words.ts";

const RUN = "run_01j00000000000000000000000";
const NOTHING: PurgeMemories = { crewId: null, runId: null, taintedOnly: false };

test("filters are read from the address, and what is strange there is none", () => {
  expect(memoryFieldsOf(new URLSearchParams(`run=${RUN}&tainted=true&query=solar`))).toEqual({
    crew: "",
    run: RUN,
    tainted: "true",
    query: "solar",
  });
  expect(memoryFieldsOf(new URLSearchParams(`tainted=maybe&query=${"x".repeat(300)}`))).toMatchObject({
    tainted: "",
    query: "x".repeat(200),
  });
});

test("a purge says which and how many it takes", () => {
  expect(memoryCountWords({ count: 1, isMore: false })).toBe("1 memory");
  expect(memoryCountWords({ count: 500, isMore: true })).toBe("more than 500 memories");
  expect(purgeWords({ crewId: "crew_01j00000000000000000000000", runId: null, taintedOnly: true }, "Research")).toBe(
    "of the crew “Research”, from outside",
  );
  expect(purgeWords({ ...NOTHING, runId: RUN }, null)).toBe(`of the run ${RUN}`);
});

test("a purge that names no source is held back here as by the contract", () => {
  for (const purge of [NOTHING, { ...NOTHING, taintedOnly: true }, { ...NOTHING, runId: RUN }]) {
    expect(namesASource(purge)).toBe(PurgeMemories.safeParse(purge).success);
  }
});
