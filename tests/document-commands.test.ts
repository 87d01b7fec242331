import { describe, expect, test } from "vitest";
import { blocksOf, type DocumentBlock } from "./document-blocks.ts";
import { filesIn, read } from "./source-tree.ts";

/** What somebody would copy and run works: a test runs it, or the block says that it is an example. */

const files = filesIn();
const documents = files.filter((path) => /^(README|CONTRIBUTING)\.md$|^docs\/[^/]+\.md$/.test(path));
const SHELLS = new Set(["", "sh", "bash", "shell", "zsh", "console", "powershell", "ts", "typescript", "js", "javascript", "mjs", "sql"]);

/** `source`: the text of a test by its name; `undefined`: there is none. */
function complaint(block: DocumentBlock, source: (test: string) => string | undefined): string | undefined {
  const { document, line, language, runs, isExample } = block;
  const where = `${document}:${line}`;
  if (language === "" || language.includes("=") || language === "example")
    return `${where} has no language: text for a drawing, sh with runs=<test> or example for commands`;
  if (!SHELLS.has(language)) return undefined;
  if (runs && isExample) return `${where} is both run and an example`;
  if (!runs) return isExample ? undefined : `${where}: say who runs it (runs=<name of a test in tests/>), or that it is an example`;
  const text = source(runs);
  if (text === undefined) return `${where} is run by ${runs}, and there is no tests/${runs}.test.ts`;
  return text.includes(`blocksToRun("${document}", "${runs}")`) ? undefined : `${where}: ${runs} does not read the blocks of ${document}`;
}

const sourceOf = (name: string) => (files.includes(`tests/${name}.test.ts`) ? read(`tests/${name}.test.ts`) : undefined);

test.each(documents)("%s: each command block is run by a test, or is an example", (document) => {
  expect(blocksOf(document).map((block) => complaint(block, sourceOf))).toEqual(blocksOf(document).map(() => undefined));
});

test("most of what can be copied is run", () => {
  const commands = documents.flatMap((document) => blocksOf(document)).filter(({ language }) => SHELLS.has(language));
  expect(commands.filter(({ runs }) => runs).length).toBeGreaterThan(15);
});

const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: object }).scripts);
const commands = [...read("scripts/crew.mjs").matchAll(/^ {2}"?([a-z-]+)"?: \[/gm)].map((match) => match[1] ?? "");

/** Commands of npm and of `crew` that a text names and that are not there. */
function unknownCommands(text: string): string[] {
  const named = [...text.matchAll(/\bnpm run ([a-z][a-z0-9:-]*)/g)].map((match) => match[1] ?? "");
  const acts = [...text.matchAll(/(?:npm run crew --|[`\n]crew) ([a-z][a-z0-9-]*)/g)].map((match) => match[1] ?? "");
  return [
    ...named.filter((name) => !scripts.includes(name)).map((name) => `npm run ${name}`),
    ...acts.filter((name) => !commands.includes(name)).map((name) => `crew ${name}`),
  ];
}

test.each(documents)("%s names only commands that there are", (document) => {
  expect(commands.length).toBeGreaterThan(5);
  expect(unknownCommands(read(document))).toEqual([]);
});

describe("the rule fires", () => {
  const judge = (info: string, source: string | undefined = undefined) =>
    blocksOf("docs/x.md", `text\n\`\`\`${info}\nls\n\`\`\`\n`).map((block) => complaint(block, () => source));

  test.each(["", "sh", "bash", "ts", "sql title=x", "runs=there", "sh runs=gone", "sh example runs=there"])(
    "on a block with `%s`",
    (info) => {
      expect(judge(info)).toEqual([expect.stringMatching(/^docs\/x\.md:2/)]);
    },
  );

  test("on a test that does not read the document's blocks", () => {
    expect(judge("sh runs=there", 'blocksToRun("docs/y.md", "there")')).toEqual([expect.stringContaining("does not read")]);
    expect(judge("sh runs=there", 'blocksToRun("docs/x.md", "there")')).toEqual([undefined]);
  });

  test.each(["text", "json", "caddyfile", "sh example", "mermaid"])("and not on a block with `%s`", (info) =>
    expect(judge(info)).toEqual([undefined]),
  );

  test("on commands that there are not, and reads long fences and ends", () => {
    expect(unknownCommands("`npm run strat` and npm run crew -- mirgate, `crew hatl`")).toEqual([
      "npm run strat",
      "crew mirgate",
      "crew hatl",
    ]);
    expect(blocksOf("docs/x.md", "````sh example\n```\n````\n")[0]?.text).toBe("```\n");
    expect(() => blocksOf("docs/x.md", "```sh example\nls\n")).toThrow("has no end");
  });
});
