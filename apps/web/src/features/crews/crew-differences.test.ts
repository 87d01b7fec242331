import { expect, test } from "vitest";
import { crewDifferences, isSameCrew } from "./crew-differences.ts";
import { blankCrew } from "./crew-input-of.ts";

const one = blankCrew("One");
const [agent] = one.agents;
if (!agent) throw new Error("a blank crew has an agent");

test("equal crews have no difference, in whatever order their fields come", () => {
  const turned = { ...one, agents: [Object.fromEntries(Object.entries(agent).reverse()) as typeof agent] };
  expect(crewDifferences(one, turned)).toEqual([]);
  expect(isSameCrew(one, turned)).toBe(true);
});

test("tells both sides of each field that differs", () => {
  const other = { ...one, name: "Two", agents: [{ ...agent, goal: "Another" }] };
  expect(crewDifferences(one, other)).toEqual([
    { place: "Crew: name", mine: "One", theirs: "Two" },
    { place: "Agent researcher: goal", mine: agent.goal, theirs: "Another" },
  ]);
  expect(isSameCrew(one, other)).toBe(false);
});

test("tells what one side lacks whole, and a changed order", () => {
  const second = { ...agent, key: "second" };
  const [lack] = crewDifferences({ ...one, agents: [agent, second] }, one);
  expect(lack).toMatchObject({ place: "Agent second", theirs: null });
  expect(lack?.mine).toContain('"key": "second"');
  expect(crewDifferences({ ...one, agents: [agent, second] }, { ...one, agents: [second, agent] })).toEqual([
    { place: "Order of agents", mine: "researcher, second", theirs: "second, researcher" },
  ]);
});
