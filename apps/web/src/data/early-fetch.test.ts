import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { earlyFetch } from "./early-fetch.ts";

const asked: string[] = [];
beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal("fetch", async (input: string) => {
    asked.push(input);
    return new Response("late");
  });
  vi.spyOn(performance, "now").mockReturnValue(400);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  globalThis.crewEarly = undefined;
});
const text = async (address: string) => (await earlyFetch(address)).text();

test("an answer that is on its way is taken once", async () => {
  globalThis.crewEarly = { "/v1/me": Promise.resolve(new Response("early")) };
  expect(await text("/v1/me")).toBe("early");
  expect(asked).toEqual([]);
  expect(await text("/v1/me")).toBe("late");
  expect(asked).toEqual(["/v1/me"]);
});

test("what failed early, is too old, or was never asked for is fetched", async () => {
  expect(await text("/v1/tools")).toBe("late");
  globalThis.crewEarly = { "/v1/me": Promise.reject(new TypeError("offline")) };
  expect(await text("/v1/me")).toBe("late");
  globalThis.crewEarly = { "/v1/me": Promise.resolve(new Response("early")) };
  vi.mocked(performance.now).mockReturnValue(60_000);
  expect(await text("/v1/me")).toBe("late");
});
