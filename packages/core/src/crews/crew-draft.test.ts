import type { CrewDefinition } from "@crew/contracts/crews";
import { expect, test } from "vitest";
import { storedDefinition } from "./crew-draft.ts";

test("a version from before a field was there reads as it ran: no memory, no open hosts, no scopes", () => {
  const old = { name: "Old", process: "sequential", model: "demo/extractive", agents: [], tasks: [] } as unknown as CrewDefinition;
  expect(storedDefinition(old)).toEqual({
    ...old,
    egressHosts: [],
    scopes: null,
    privateData: false,
    memory: false,
    toolApprovals: [],
    toolCache: false,
    humanPolicy: null,
    maxExecutionSeconds: null,
  });
  expect(storedDefinition({ ...old, memory: true }).memory).toBe(true);
});
