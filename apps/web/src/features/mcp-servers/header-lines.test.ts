import { expect, test } from "vitest";
import { headersOfText, textOfHeaders } from "./header-lines.ts";

test("headers are read one a line and written back", () => {
  const { headers, problem } = headersOfText("Authorization: Bearer {{secret:TRACKER_TOKEN}}\n\n  X-Team : blue: green \n");
  expect(problem).toBeNull();
  expect(headers).toEqual({ authorization: "Bearer {{secret:TRACKER_TOKEN}}", "x-team": "blue: green" });
  expect(headersOfText(textOfHeaders(headers)).headers).toEqual(headers);
});

test("a line that is no header, and a header that stands there twice, are named", () => {
  expect(headersOfText("Bearer abc").problem).toContain("“Bearer abc” is no header");
  expect(headersOfText(": value").problem).toContain("is no header");
  expect(headersOfText("A: 1\na: 2").problem).toContain("“a” stands there twice");
});
