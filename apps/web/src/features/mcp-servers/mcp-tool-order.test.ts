import type { McpTool } from "@crew/contracts/mcp-servers";
import { expect, test } from "vitest";
import { inOrderOfNeed } from "./mcp-server-queries.ts";
import { toolCountWords, toolStateLook } from "./mcp-words.ts";

const tool = (name: string, state: McpTool["state"], isOffered = true) => ({ name, state, isOffered }) as McpTool;

test("what waits for a person stands first, what is gone last", () => {
  const tools = [
    tool("t__d", "rejected"),
    tool("t__b", "new"),
    tool("t__e", "changed", false),
    tool("t__c", "approved"),
    tool("t__a", "new"),
    tool("t__z", "changed"),
  ];
  expect(inOrderOfNeed(tools).map(({ name }) => name)).toEqual(["t__z", "t__a", "t__b", "t__c", "t__d", "t__e"]);
});

test("a server's tools are counted in words", () => {
  expect(toolCountWords({ new: 1, approved: 2, changed: 0, rejected: 0 })).toBe("1 to decide, 2 approved");
  expect(toolCountWords({ new: 0, approved: 0, changed: 0, rejected: 0 })).toBe("0 tools");
  expect(toolStateLook(tool("t__a", "approved", false)).words).toBe("no longer offered");
});
