import { BUILTIN_TOOLS } from "@crew/engine/tools/builtin-tools";
import { expect, test } from "vitest";
import { checkOfferedTools, mcpToolHash } from "./check-offered-tools.ts";
import type { OfferedMcpTool } from "./mcp-port.ts";
import { mcpToolName } from "./mcp-tool-name.ts";
import { strangeCharacterIn } from "./strange-character.ts";

const tool = (over: Partial<OfferedMcpTool> = {}): OfferedMcpTool => ({
  name: "search",
  description: "Searches ⚠️ pages\n\tand more",
  inputSchema: { type: "object", properties: { query: { type: "string" } } },
  ...over,
});
const check = (...tools: OfferedMcpTool[]) => checkOfferedTools("docs", tools, (text) => text.replaceAll("hunter2-hunter2", "[secret]"));
const reasonOf = (over: Partial<OfferedMcpTool>) => check(tool(over)).refused[0]?.reason ?? "taken";

function nested(depth: number): Record<string, unknown> {
  let schema: Record<string, unknown> = { type: "object" };
  for (let i = 0; i < depth; i++) schema = { type: "object", properties: { a: schema } };
  return schema;
}

test("a tool is taken with its hash and a name of its own", () => {
  expect(check(tool())).toEqual({
    tools: [
      {
        name: "docs__search",
        originalName: "search",
        description: tool().description,
        parameters: tool().inputSchema,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ],
    refused: [],
  });
});

test("T-20 the hash tells any change of name, description and schema, and none of the keys' order", () => {
  const changes = [
    { name: "searcH" },
    { description: `${tool().description} ` },
    { inputSchema: { type: "object", properties: { query: { type: "string", description: "x" } } } },
  ];
  const hashes = [tool(), ...changes.map(tool)].map(mcpToolHash);
  expect(new Set(hashes).size).toBe(4);
  expect(mcpToolHash(tool({ inputSchema: { properties: { query: { type: "string" } }, type: "object" } }))).toBe(hashes[0]);
});

test.each([
  ["a tag character", "\u{E0041}"],
  ["a zero-width space", "\u200B"],
  ["a zero-width joiner", "\u200D"],
  ["a word in the other direction", "\u202E"],
  ["a control", "\u0007"],
  ["a terminal's escape", "\u001B[8m"],
  ["NUL", "\0"],
  ["a variation selector that hides a byte", "a\u{E0101}"],
  ["a color mark after a letter", "a\uFE0F"],
  ["a filler", "\u3164"],
  ["an empty Braille cell", "\u2800"],
  ["a private character", "\uE000"],
  ["half a character", "\uD800"],
  ["a line separator", "\u2028"],
])("T-20 %s is refused with words, in descriptions and anywhere in schemas", (_, hidden) => {
  expect(reasonOf({ description: `Searches ${hidden}` })).toMatch(/^its description has a character that cannot be seen \(U\+/);
  for (const inputSchema of [
    { type: "object", properties: { query: { type: "string", description: hidden } } },
    { type: "object", properties: { [`query${hidden}`]: { type: "string" } } },
    { type: "object", properties: { query: { enum: ["a", { deep: [hidden] }] } } },
  ])
    expect(reasonOf({ inputSchema })).toMatch(/^its schema has a character that cannot be seen/);
  expect(reasonOf({ name: `search${hidden}` })).toMatch(/visible ASCII/);
});

test("letters of all languages and signs in color can be seen", () => {
  for (const text of ["Straße, naïve, 東京, Привет, مرحبا", "⚠️ 1️⃣ ❤️ 🙂", "a\n\tb\r\nc"]) expect(strangeCharacterIn(text), text).toBeNull();
});

test("T-20 what is too large, too deep or no schema of arguments is refused", () => {
  expect(reasonOf({ description: "x".repeat(4_096) })).toBe("taken");
  expect(reasonOf({ description: "ä".repeat(2_049) })).toMatch("more than 4 KiB");
  expect(reasonOf({ name: "x".repeat(129) })).toMatch("128");
  expect(reasonOf({ inputSchema: { type: "object", description: "x".repeat(32 * 1024) } })).toMatch("more than 32 KiB");
  expect(reasonOf({ inputSchema: nested(100_000) })).toMatch("nested more than 16");
  for (const inputSchema of [
    { type: "string" },
    { type: "object", properties: "many" },
    { type: "object", properties: { a: { type: "thing" } } },
    { type: "object", required: true },
    { type: "object", properties: { a: null } },
  ] as Record<string, unknown>[])
    expect(reasonOf({ inputSchema }), JSON.stringify(inputSchema)).toMatch("not one of an object of arguments");
  expect(reasonOf({ inputSchema: { type: "object", properties: { a: { type: ["string", "null"] }, b: true } } })).toBe("taken");
  expect(() => check(...Array.from({ length: 101 }, (_, i) => tool({ name: `t${i}` })))).toThrow("more than 100 tools");
});

test("T-11 a tool that repeats a secret is refused, and its name is shown without", () => {
  expect(reasonOf({ description: "Your key is hunter2-hunter2" })).toBe("its text repeats a secret");
  expect(JSON.stringify(check(tool({ name: "hunter2-hunter2" })))).not.toContain("hunter2-hunter2");
});

test("T-20 names of one server never meet those of another, nor a built-in tool", () => {
  const servers = ["a", "a_b", "docs", "x1", "abcdefghijklmnopqrst"];
  const originals = [
    "search",
    "_search",
    "__search",
    "b__search",
    "Search",
    "search!",
    "s.e/a-r",
    "x".repeat(64),
    "X".repeat(128),
    "http_get",
  ];
  const names = servers.flatMap((server) => originals.map((original) => mcpToolName(server, original)));
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]{0,63}$/);
  expect(BUILTIN_TOOLS.filter(({ name }) => name.includes("__"))).toEqual([]);
});

test("T-20 two tools of one server that would share a name are both refused", () => {
  const twin = mcpToolName("docs", "Search").slice("docs__".length);
  const offer = check(tool({ name: "Search" }), tool({ name: twin }), tool({ name: "other" }));
  expect(offer.tools.map(({ name }) => name)).toEqual(["docs__other"]);
  expect(offer.refused.map(({ originalName }) => originalName)).toEqual(["Search", twin]);
});
