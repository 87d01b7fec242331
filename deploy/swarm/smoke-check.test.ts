import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { joinInstallation } from "@crew/testing/join-installation";
import { type Installation, startInstallation } from "@crew/testing/start-installation";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SmokeTarget, signIn, smokeCheck } from "./smoke-check.ts";

/** The check against real services, as it meets them behind a proxy. */

let house: Installation | undefined;
const page = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<!doctype html>"));
const told: string[] = [];

beforeAll(async () => {
  if (redisIsMissing) return;
  await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
  house = await startInstallation("distributed", { isHeadless: true });
  await joinInstallation(house.origin);
}, 120_000);
afterAll(async () => {
  page.close();
  await house?.[Symbol.asyncDispose]();
});

const target = (over: Partial<SmokeTarget> = {}): SmokeTarget => ({
  publicUrl: house?.origin ?? "",
  apiUrl: house?.origin ?? "",
  socketUrl: `${house?.origin.replace("http", "ws")}/ws`,
  webUrl: `http://127.0.0.1:${(page.address() as AddressInfo).port}/`,
  token: null,
  account: { email: "ada@example.test", password: "correct horse battery" },
  waitMs: 60_000,
  tell: (line) => void told.push(line),
  ...over,
});

test.skipIf(redisIsMissing)("sees a working installation work, and leaves no crew behind", async () => {
  await smokeCheck(target());
  expect(told.join("\n")).toMatch(/signed in to .*\n.*a run succeeded, and its \d+ events came over the socket/);
  const member = await signIn(target());
  const crews = await fetch(`${house?.origin}/v1/crews`, { headers: member as Record<string, string> });
  expect(JSON.stringify(await crews.json())).not.toContain("Roll-out check");
});

test.skipIf(redisIsMissing)("says which part does not work", async () => {
  await expect(signIn(target({ account: { email: "ada@example.test", password: "not the one" } }))).rejects.toMatchObject({ status: 401 });
  await expect(smokeCheck(target({ webUrl: `${house?.origin}/healthz` }))).rejects.toThrow(/^the console: /);
  await expect(smokeCheck(target({ socketUrl: "ws://127.0.0.1:1/ws", waitMs: 1_500 }))).rejects.toThrow(
    /^a run: it is \w+, and 0 events came over the socket/,
  );
  await house?.kill("worker");
  await expect(smokeCheck(target({ waitMs: 1_500 }))).rejects.toThrow(/^a run: it is queued/);
  await house?.kill("api");
  await expect(smokeCheck(target())).rejects.toThrow(/^signing in: /);
});
