import { expect, test } from "vitest";
import { actionWords, verdictWords } from "./audit-words.ts";

test("a verdict says what was found, and where", () => {
  expect(verdictWords({ intact: true, checked: 1204, firstBroken: null })).toContain("1,204 events");
  const broken = verdictWords({ intact: false, checked: 8, firstBroken: { seq: 7, why: "its detail is not what was hashed." } });
  expect(broken).toContain("broken at event 7: its detail is not what was hashed.");
});

test("an action reads as words", () => {
  expect(actionWords("api_key.created")).toBe("API key created");
  expect(actionWords("oauth_client.secret_rotated")).toBe("OAuth client secret rotated");
});
