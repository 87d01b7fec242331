import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { sourceFiles } from "./source-tree.ts";

/** What only grows unless somebody watches. Each list of exceptions may only shrink. */

const sources = sourceFiles();
const product = sources.filter(({ isTest }) => !isTest);

describe("size", () => {
  test("files have at most 300 lines", () => {
    expect(product.filter(({ lines }) => lines.length > 301).map(({ path, lines }) => `${path} ${lines.length}`)).toEqual([]);
    expect(sources.filter(({ lines }) => lines.length > 360).map(({ path, lines }) => `${path} ${lines.length}`)).toEqual([]);
  });

  test("functions have at most 70 lines, components 120 with their markup", () => {
    const known = ["use-crew-draft.ts useCrewDraft", "redis-bus.ts redisBus", "bus-contract.ts busContract"];
    const long = product.flatMap(({ path, lines }) =>
      longFunctions(lines, path.endsWith(".tsx") ? 120 : 70).map((name) => `${basename(path)} ${name}`),
    );
    expect(long.filter((one) => !known.includes(one))).toEqual([]);
  });
});

test("suppressions of lint rules may only become fewer", () => {
  const count = sources.reduce(
    (sum, { text }) => sum + (text.match(/(biome-ignore |@ts-(ignore|expect-error|nocheck)\b)/g)?.length ?? 0),
    0,
  );
  expect(count).toBeLessThanOrEqual(15);
});

/** Names of functions longer than `limit`. The formatter ends each at the indent where its signature began. */
function longFunctions(lines: string[], limit: number): string[] {
  const open: { indent: number; name: string; at: number }[] = [];
  const long: string[] = [];
  lines.forEach((line, at) => {
    const indent = line.search(/\S/);
    const last = open.at(-1);
    if (last && indent === last.indent && line.trim().startsWith("}")) {
      open.pop();
      if (at - last.at - 1 > limit) long.push(last.name);
    }
    const [, declared, assigned] =
      /^\s*(?:export )?(?:default )?(?:async )?function\*? (\w+)|^\s*(?:export )?const (\w+) = .*=> \{$/.exec(line) ?? [];
    const name = declared ?? assigned;
    if (name && /[{(]$/.test(line)) open.push({ indent, name, at });
  });
  return long;
}
