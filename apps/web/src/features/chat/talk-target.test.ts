import { expect, test } from "vitest";
import { talkOfAddress } from "./talk-target.ts";

const of = (query: string) => talkOfAddress(new URLSearchParams(query));

test("an address says whom one talks to, the narrowest first", () => {
  expect(of("")).toEqual({ target: { kind: "model" }, words: "" });
  expect(of("crew=crew_1")).toEqual({ target: { kind: "crew", crewId: "crew_1" }, words: "" });
  expect(of("crew=crew_1&agent=agent_1")).toEqual({ target: { kind: "agent", agentId: "agent_1" }, words: "" });
  expect(of("platform=1").target).toEqual({ kind: "platform" });
  expect(of("crew=crew_1&run=run_1")).toEqual({ target: { kind: "crew", crewId: "crew_1" }, words: "About the run run_1: " });
});
