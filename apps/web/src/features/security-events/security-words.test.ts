import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { settingsPlaceAt } from "../settings/settings-places.ts";
import { ALERT_TOPICS, kindWords, SECURITY_KINDS, securityFacts } from "./security-words.ts";

const ROOT = new URL("../../../../../", import.meta.url).pathname;

/** Kinds as they stand in the calls of the services. */
function notedKinds(): string[] {
  const sources = ["packages/core/src", "packages/auth/src", "apps/api/src"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => readFileSync(join(ROOT, folder, name), "utf8")),
  );
  const calls = sources.flatMap((source) => [...source.matchAll(/noteSecurityEvent\([^;]*?kind: "([a-z0-9_.]+)"/gs)]);
  const refusals = sources.flatMap((source) => [...source.matchAll(/noteRefusal\([^;]*?action: "([a-z0-9_.]+)"/gs)]);
  return [...new Set([...calls, ...refusals].map((match) => match[1] ?? ""))];
}

test("every kind that the services note has words, and a topic that alerts of it", () => {
  const kinds = notedKinds();
  expect(kinds.length).toBeGreaterThan(10);
  expect(kinds.filter((kind) => !(kind in SECURITY_KINDS))).toEqual([]);
  const topics = ALERT_TOPICS.slice(1);
  expect(kinds.filter((kind) => !topics.some(({ events }) => `security.${kind}`.startsWith(events)))).toEqual([]);
});

test("a kind leads to a page that there is, by that page's own name", () => {
  expect(SECURITY_KINDS["audit.broken"]?.place?.href).toBe("/settings/audit");
  for (const { place } of Object.values(SECURITY_KINDS)) if (place) expect(settingsPlaceAt(place.href)?.label).toBe(place.label);
});

test("a kind of a newer server stands for itself", () => {
  expect(kindWords("audit.broken")).toBe("Audit log broken");
  expect(kindWords("new_thing.seen")).toBe("new thing seen");
});

test("a detail reads as words, without what is not there", () => {
  expect(securityFacts({ needed: "crews:write", actor: "api_key", apiKeyId: null, strangeThing: ["a", "b"] })).toEqual([
    { key: "needed", name: "Permission that it lacks", text: "build and change crews" },
    { key: "actor", name: "Asked by", text: "an API key" },
    { key: "strangeThing", name: "Strange thing", text: "a, b" },
  ]);
  expect(securityFacts({ lockedUntil: "not a date" })).toEqual([{ key: "lockedUntil", name: "Locked until", text: "not a date" }]);
});
