import { parseAst } from "vite";
import { expect, test } from "vitest";
import { sourceFiles } from "./source-tree.ts";

/** Every regular expression of the product meets texts that are made to set it backtracking. */

const LENGTH = 50_000;
/** A pattern in linear time needs a fraction of a millisecond for a tenth of the text; one that backtracks some more. */
const SUSPECT_MS = 4;
/** What backtracks needs seconds. */
const LIMIT_MS = 500;

/** Files whose patterns only ever see shorter texts, by a limit of the contract or a cut in the same function. */
const LONGEST: Record<string, number> = {
  "apps/web/src/features/crews/slug-key.ts": 80,
  "packages/core/src/mcp-servers/require-mcp-address.ts": 500,
  "packages/core/src/runs/run-row.ts": 40,
  "packages/engine/src/demo-model/action-items.ts": 1_000,
  "packages/engine/src/demo-model/cost-sums.ts": 40,
  "packages/engine/src/demo-model/expected-form.ts": 4_000,
  "packages/engine/src/demo-model/plan-calls.ts": 2_000,
  "packages/engine/src/tools/arithmetic.ts": 2_000,
  "packages/platform/src/egress/egress-policy.ts": 255,
  "packages/platform/src/models/environment-providers.ts": 500,
  "packages/platform/src/models/prices.ts": 12,
  "packages/platform/src/models/provider-addresses.ts": 500,
  "packages/platform/src/models/retry-after.ts": 60,
};

interface Pattern {
  path: string;
  regex: RegExp;
}

const product = sourceFiles().filter(({ path, isTest }) => !isTest && /^(apps|packages)\/(?!testing\/)/.test(path));

function patternsIn(path: string, text: string): Pattern[] {
  const found: Pattern[] = [];
  const tree = parseAst(text, { lang: path.endsWith("x") ? "tsx" : "ts" });
  JSON.stringify(tree, (key, value) => {
    if (key === "regex" && value?.pattern) found.push({ path, regex: new RegExp(value.pattern, value.flags) });
    return typeof value === "bigint" ? null : value;
  });
  return found;
}

/** Characters and pairs that the pattern itself speaks of, and common ones, repeated and broken off at the end. */
function hostileTexts({ regex }: Pattern, length: number): string[] {
  const spoken = [...new Set(regex.source.replace(/\\[a-zA-Z]/g, "").replace(/[[\](){}?*+|^$\\]/g, ""))].slice(0, 12);
  const pairs = spoken.map((one, index) => one + (spoken[index + 1] ?? "a"));
  return [...new Set([...spoken, ...pairs, "a", "0", " ", "\n", "-", ".", "a ", "a1"])].flatMap((seed) => {
    const body = seed.repeat(Math.ceil(length / seed.length)).slice(0, length);
    return [`${body}\u0000`, `${spoken[0] ?? ""}${body}!`];
  });
}

/** Of the thread's own work: what else the machine does is not the pattern's. */
function millisecondsFor(regex: RegExp, text: string): number {
  const before = process.threadCpuUsage();
  regex.lastIndex = 0;
  text.replace(regex, "");
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** The longest that the pattern takes; the whole length is tried only where a tenth of it already took its time. */
function worstOf(pattern: Pattern): number {
  const length = LONGEST[pattern.path] ?? LENGTH;
  const short = hostileTexts(pattern, Math.ceil(length / 10));
  const long = hostileTexts(pattern, length);
  return Math.max(
    ...short.map((text, index) => {
      const quick = millisecondsFor(pattern.regex, text);
      return quick < SUSPECT_MS ? quick : millisecondsFor(pattern.regex, long[index] ?? "");
    }),
  );
}

test("T-24 no pattern of the product backtracks on 50,000 hostile characters [ASVS 1.3.12]", () => {
  const patterns = product.flatMap(({ path, text }) => patternsIn(path, text));
  expect(patterns.length).toBeGreaterThan(100);
  // Twice, since a text may meet a collection of garbage.
  const slow = patterns.filter((pattern) => worstOf(pattern) > LIMIT_MS && worstOf(pattern) > LIMIT_MS);
  expect(slow.map(({ path, regex }) => `${path}: ${regex}`)).toEqual([]);
});

test("the files with shorter texts are there", () => {
  const paths = product.map(({ path }) => path);
  expect(Object.keys(LONGEST).filter((path) => !paths.includes(path))).toEqual([]);
});
