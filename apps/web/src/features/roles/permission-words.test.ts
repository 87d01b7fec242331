import { PERMISSIONS } from "@crew/contracts/permissions";
import { expect, test } from "vitest";
import { PERMISSION_GROUPS, permissionWords } from "./permission-words.ts";

test("every permission stands in one group", () => {
  const grouped = PERMISSION_GROUPS.flatMap((group) => group.permissions);
  expect(grouped.toSorted()).toEqual([...PERMISSIONS].toSorted());
});

test("what is not known is named as it is", () => {
  expect(permissionWords("runs:start")).toBe("start runs");
  expect(permissionWords("robots:tame")).toBe("robots:tame");
});
