import { afterEach, expect, test, vi } from "vitest";
import { doubtReach, mayLeavePage } from "./platform-in-reach.ts";
import { listToasts } from "./toast-store.ts";

afterEach(() => {
  doubtReach(false);
  vi.unstubAllGlobals();
});

test("nothing is asked while the live connection stands", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new Error("not to be called")));
  expect(await mayLeavePage()).toBe(true);
  expect(listToasts()).toEqual([]);
});

test("where only sockets are refused, pages can be left", async () => {
  vi.stubGlobal("fetch", async () => new Response("{}"));
  doubtReach(true);
  expect(await mayLeavePage()).toBe(true);
});

test("without the server the page stays and says why", async () => {
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("refused")));
  doubtReach(true);
  expect(await mayLeavePage()).toBe(false);
  expect(listToasts().at(-1)).toMatchObject({ tone: "bad", text: "The platform cannot be reached." });
});
