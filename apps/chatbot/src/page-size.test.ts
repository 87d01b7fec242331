import { expect, test } from "vitest";
import { PageSize } from "./page-size.ts";

test("large events are read a few at a time, small ones many", () => {
  const page = new PageSize();
  page.note(50, 50 * 1024 * 1024);
  expect(page.rows).toBe(4);
  page.note(4, 4 * 16 * 1024);
  expect(page.rows).toBe(16);
  page.note(16, 16 * 200);
  expect(page.rows).toBe(200);
  page.note(0, 0);
  expect(page.rows).toBe(200);
});
