import { expect, test } from "vitest";
import { isBarePage, isServerPath, safeReturnPath } from "./navigation.ts";

test("after signing in nobody is led to another site", () => {
  expect(safeReturnPath("/runs/run_1?tab=events")).toBe("/runs/run_1?tab=events");
  for (const next of [
    null,
    "",
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/sign-in?next=/",
    "runs",
  ]) {
    expect(safeReturnPath(next)).toBe("/");
  }
});

test("where an app waits for an answer the browser goes by a full load, elsewhere without one", () => {
  expect(isServerPath("/oauth/authorize/abc?x=1")).toBe(true);
  expect(isServerPath("/oauth/authorize?client_id=x")).toBe(true);
  expect(isServerPath("/oauth/consent?request=x")).toBe(false);
  expect(isServerPath("/runs")).toBe(false);
});

test("pages for who is not signed in stand without the frame", () => {
  for (const page of ["/sign-in", "/reset-password/", "/invitation", "/answer", "/oauth/consent"]) expect(isBarePage(page)).toBe(true);
  for (const page of ["/", "/settings/security", "/invitations", "/sign-inside"]) expect(isBarePage(page)).toBe(false);
});
