import { expect, test } from "vitest";
import { readTextFiles } from "./read-text-files.ts";

const limits = { accept: [".txt", ".md"], maxCharacters: 10, maxFiles: 3, taken: [] };

test("reads text in UTF-8", async () => {
  expect(await readTextFiles([new File(["Grüße"], "a.txt"), new File(["# x"], "B.MD")], limits)).toEqual({
    files: [
      { name: "a.txt", text: "Grüße" },
      { name: "B.MD", text: "# x" },
    ],
    problems: [],
  });
});

test("names each file that it does not take, and keeps the others", async () => {
  const read = await readTextFiles(
    [
      new File(["x"], "virus.exe"),
      new File([new Uint8Array([0xff, 0xfe, 0x41])], "latin.txt"),
      new File(["a\u0000b"], "binary.txt"),
      new File(["12345678901"], "long.txt"),
      new File(["x".repeat(41)], "huge.txt"),
      new File(["ok"], "ok.txt"),
    ],
    limits,
  );
  expect(read.files).toEqual([{ name: "ok.txt", text: "ok" }]);
  expect(read.problems).toEqual([
    "virus.exe: only .txt, .md can be read.",
    "latin.txt is not a text file in UTF-8.",
    "binary.txt is not a text file in UTF-8.",
    "long.txt is too long: at most 10 characters.",
    "huge.txt is too long: at most 10 characters.",
  ]);
});

test("neither takes a name twice nor more files than fit", async () => {
  const taken = [{ name: "a.txt", text: "" }];
  const read = await readTextFiles([new File(["x"], "a.txt"), new File(["x"], "b.txt"), new File(["x"], "b.txt")], { ...limits, taken });
  expect(read.files.map((file) => file.name)).toEqual(["b.txt"]);
  expect(read.problems).toEqual(["a.txt is there already.", "b.txt is there already."]);
  const full = await readTextFiles([new File(["x"], "b.txt")], { ...limits, maxFiles: 1, taken });
  expect(full.problems).toEqual(["b.txt: at most 1 files."]);
});
