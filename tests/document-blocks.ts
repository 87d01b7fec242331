import { read } from "./source-tree.ts";

/** A fenced block of a document; its info string is `sh runs=name-of-a-test`, or `sh example` where nothing runs it. */
export interface DocumentBlock {
  document: string;
  /** Of its first fence, from 1. */
  line: number;
  language: string;
  /** The test that runs it. */
  runs: string | null;
  isExample: boolean;
  text: string;
}

export function blocksOf(document: string, source = read(document)): DocumentBlock[] {
  const blocks: DocumentBlock[] = [];
  let open: { fence: string; block: DocumentBlock; lines: string[] } | undefined;
  source.split("\n").forEach((line, at) => {
    const [, fence = "", info = ""] = /^ {0,3}(`{3,}|~{3,})\s*(.*)$/.exec(line) ?? [];
    if (!open && fence) {
      const [language = "", ...words] = info.trim().split(/\s+/);
      const runs = words.find((word) => word.startsWith("runs="))?.slice("runs=".length) ?? null;
      open = { fence, lines: [], block: { document, line: at + 1, language, runs, isExample: words.includes("example"), text: "" } };
    } else if (open && fence.startsWith(open.fence) && info === "") {
      blocks.push({ ...open.block, text: `${open.lines.join("\n")}\n` });
      open = undefined;
    } else open?.lines.push(line);
  });
  if (open) throw new Error(`${document}: the block of line ${open.block.line} has no end`);
  return blocks;
}

/** For the test that a document names: its blocks, as they stand there. */
export function blocksToRun(document: string, test: string): DocumentBlock[] {
  return blocksOf(document).filter(({ runs }) => runs === test);
}
