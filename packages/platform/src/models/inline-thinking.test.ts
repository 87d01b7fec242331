import fc from "fast-check";
import { expect, test } from "vitest";
import { InlineThinking } from "./inline-thinking.ts";

const TAG = "<think>";
const END = "</think>";

/** What is told after each piece, and at the end. */
function read(pieces: string[]) {
  let thought = "";
  let said = "";
  const inline = new InlineThinking((text) => {
    thought += text;
  });
  const told = pieces.map((piece) => {
    said += inline.push(piece);
    return { said, thought };
  });
  said += inline.end();
  return { told, said, thought };
}

/** What must have been told when this much has come: all that cannot become otherwise. */
function toldOf(come: string) {
  const begun = /^\s*<think>/.exec(come);
  if (!begun) return { said: TAG.startsWith(come.trimStart()) ? "" : come, thought: "" };
  const rest = come.slice(begun[0].length);
  const end = rest.indexOf(END);
  if (end !== -1) return { said: rest.slice(end + END.length).trimStart(), thought: rest.slice(0, end).trim() };
  const open = Array.from({ length: END.length }, (_, n) => END.slice(0, n)).findLast((part) => rest.endsWith(part)) ?? "";
  return { said: "", thought: rest.slice(0, rest.length - open.length).trim() };
}

const words = fc.constantFrom("<", "<thi", "nk>", TAG, TAG, END, "</", "think>", "</think", " ", "\n\n", "a", "Boats. ", "🚀", "`");
const texts = fc.array(words, { maxLength: 14 }).map((parts) => parts.join(""));

test("wherever pieces break, each tells all that is certain by then", () => {
  fc.assert(
    fc.property(texts, fc.array(fc.nat(200), { maxLength: 12 }), (text, cuts) => {
      const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
      const ends = at.slice(1);
      const { told } = read(ends.map((end, i) => text.slice(at[i], end)));
      expect(told).toEqual(ends.map((end) => toldOf(text.slice(0, end))));
    }),
    { numRuns: 2_000 },
  );
});

test("wherever pieces break, the whole is the same", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const { said, thought } = read([text]);
      expect(read(text.split(""))).toMatchObject({ said, thought });
    }),
  );
});

test.each([
  ["<think>\nIs it a boat?\n</think>\n\nPetrel.", "Is it a boat?", "Petrel."],
  ["\n <think>a</think>b", "a", "b"],
  ["<think>\n\n</think>\n\nPetrel.", "", "Petrel."],
  ["<think>a <think> b</think> c </think> d", "a <think> b", "c </think> d"],
  ["<think>a</think>\n<think>b</think>", "a", "<think>b</think>"],
  ["<think>cut in a ", "cut in a", ""],
  ["<think>cut in a </thi", "cut in a </thi", ""],
  // An answer, whatever it speaks of.
  [" The tag <think> begins it, </think> ends it.", "", " The tag <think> begins it, </think> ends it."],
  ["`<think>` is a tag.", "", "`<think>` is a tag."],
  ["<thinking>x</thinking>", "", "<thinking>x</thinking>"],
  ["Is it a boat?\n</think>\n\nPetrel.", "", "Is it a boat?\n</think>\n\nPetrel."],
  ["  indented", "", "  indented"],
  ["\n<thin", "", "\n<thin"],
  ["", "", ""],
])("%j", (text, thought, said) => {
  expect(read([text])).toMatchObject({ thought, said });
});
