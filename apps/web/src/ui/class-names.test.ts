import { expect, test } from "vitest";
import { type ClassName, classNames } from "./class-names.ts";

test.each<[ClassName[], string]>([
  [["h-8 px-3", "w-8 px-0"], "h-8 w-8 px-0"],
  [["inline-grid size-7 text-muted", "size-6"], "inline-grid text-muted size-6"],
  [["text-sm text-muted", "text-text"], "text-sm text-text"],
  [["border border-line", "border-accent bg-accent-soft"], "border border-accent bg-accent-soft"],
  [["border-b border-line", "border-b-2"], "border-b border-line border-b-2"],
  [["max-sm:h-10 h-8", "h-7"], "max-sm:h-10 h-7"],
  [["hover:bg-hover", "bg-accent-soft hover:bg-accent-soft"], "bg-accent-soft hover:bg-accent-soft"],
  [["p-4", "px-2"], "p-4 px-2"],
  [["px-2 pt-1", "p-0"], "p-0"],
  [["[&_svg]:size-4", "[&_svg]:size-3.5"], "[&_svg]:size-3.5"],
  [["flex", false, null, undefined, "hidden"], "hidden"],
  [["rounded-md", "rounded-lg"], "rounded-lg"],
])("%j joins to %s", (given, joined) => {
  expect(classNames(...given)).toBe(joined);
});
