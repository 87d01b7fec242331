import { ApiError } from "@crew/client/api-error";
import { expect, test } from "vitest";
import { explainError } from "./explain-error.ts";

const refused = (detail: string, path: string) =>
  new ApiError({ code: "invalid", status: 400, detail, issues: [{ path, message: "is wrong" }] });

test("a sentence about the one field of a short form stands alone", () => {
  expect(explainError(refused("This is not your password.", "password")).issues).toEqual([]);
});

test("what only the list says is listed: fields of a larger form, and more than one", () => {
  expect(explainError(refused("The body is not valid.", "name")).issues).toHaveLength(1);
  expect(explainError(refused("The crew cannot be saved.", "agents.0.role")).issues).toHaveLength(1);
  const two = [
    { path: "name", message: "is empty" },
    { path: "email", message: "is empty" },
  ];
  expect(explainError(new ApiError({ code: "invalid", status: 400, detail: "Not so.", issues: two })).issues).toHaveLength(2);
});

test("what is refused for want of a permission will be refused again", () => {
  expect(explainError(new ApiError({ code: "forbidden", status: 403, detail: "No." })).isForbidden).toBe(true);
  expect(explainError(new Error("offline")).isForbidden).toBe(false);
});
