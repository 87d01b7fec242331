import { CrewInput } from "@crew/contracts/crews";
import { placeholdersOfCrew } from "@crew/engine/interpolate";
import { BUILTIN_TOOLS } from "@crew/engine/tools/builtin-tools";
import { expect, test } from "vitest";
import { checkCrew } from "./check-crew.ts";
import { EXAMPLE_CREWS } from "./example-crews.ts";

const known = { tools: new Set(BUILTIN_TOOLS.map(({ name }) => name)), providers: new Set(["demo"]) };

test.each(EXAMPLE_CREWS)("$name can be kept and run at once with its own example", (crew) => {
  expect(CrewInput.parse(crew)).toEqual(crew);
  expect(checkCrew(crew, known)).toEqual([]);
  expect(crew.model).toBe("demo/extractive");
  expect(Object.keys(crew.example?.inputs ?? {}).toSorted()).toEqual(placeholdersOfCrew(crew).toSorted());
  for (const { text } of crew.example?.documents ?? []) {
    const words = text.split(/\s+/).length;
    expect(words).toBeGreaterThan(200);
    expect(words).toBeLessThan(900);
  }
});

test("a newcomer sees the notes of a meeting first", () => {
  expect(EXAMPLE_CREWS.map(({ name }) => name)).toEqual(["Meeting to actions", "Document brief", "Compare two offers"]);
});
