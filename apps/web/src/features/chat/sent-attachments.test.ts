import { expect, test } from "vitest";
import { attachmentsOf, rememberAttachments } from "./sent-attachments.ts";

test("names come back with their message; the oldest go when there are too many", () => {
  rememberAttachments("first", [{ name: "a.md" }, { name: "b.txt" }]);
  rememberAttachments("none", []);
  expect(attachmentsOf("first")).toEqual(["a.md", "b.txt"]);
  expect(attachmentsOf("none")).toEqual([]);
  expect(attachmentsOf(null)).toEqual([]);
  for (let n = 0; n < 200; n++) rememberAttachments(`later ${n}`, [{ name: `${n}.md` }]);
  expect(attachmentsOf("first")).toEqual([]);
  expect(attachmentsOf("later 199")).toEqual(["199.md"]);
});
