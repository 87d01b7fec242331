import { expect, test } from "vitest";
import { endedAccess } from "./ended-access.ts";

const who = (userId: string, id: string, name = id) =>
  ({ userId, workspace: { id, name, role: "viewer", createdAt: "", requiresSecondFactor: false, mailQuestionsTo: null } }) as const;

test("who was nobody before, or is the same still, is led nowhere", () => {
  expect(endedAccess(null, null, "/crews")).toBeNull();
  expect(endedAccess(null, who("user_a", "one"), "/crews")).toBeNull();
  expect(endedAccess(who("user_a", "one"), who("user_a", "one"), "/crews")).toBeNull();
});

test("a session that ended leads to sign-in, which says so and leads back", () => {
  expect(endedAccess(who("user_a", "one"), null, "/runs?state=failed")).toEqual({
    path: "/sign-in?ended=1&next=%2Fruns%3Fstate%3Dfailed",
    lost: null,
  });
  expect(endedAccess(who("user_a", "one"), null, "/")).toEqual({ path: "/sign-in?ended=1", lost: null });
});

test("who was taken out of a workspace is told which; who is another person by now is not", () => {
  expect(endedAccess(who("user_a", "one", "Docks"), who("user_a", "two"), "/crews")).toEqual({ path: "/", lost: "Docks" });
  expect(endedAccess(who("user_a", "one", "Docks"), who("user_b", "two"), "/crews")).toEqual({ path: "/", lost: null });
});
