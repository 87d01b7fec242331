import { HostPattern } from "@crew/contracts/egress";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCrew } from "../crews/create-crew.ts";
import { getEgressRules } from "./get-egress-rules.ts";
import { namesHost } from "./host-patterns.ts";
import { isHostOpen } from "./is-host-open.ts";
import { updateEgressRules } from "./update-egress-rules.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

test("the workspace's rules are kept, audited, and bound what crews may name", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  expect(await getEgressRules(ctx)).toEqual({ allow: null, deny: [], updatedBy: null, updatedAt: null });
  const input = { allow: ["*.example.org", "api.example.com"], deny: ["bad.example.org"] };
  const rules = await updateEgressRules(ctx, input);
  expect(rules).toEqual({ ...input, updatedBy: "Ada", updatedAt: expect.any(String) });
  expect(await getEgressRules(ctx)).toEqual(rules);
  const { rows } = await system.pool.query("SELECT detail FROM audit_events WHERE action = 'egress_rules.updated'");
  expect(rows).toEqual([{ detail: { ...input, before: { allow: null, deny: [] } } }]);

  await createCrew(ctx, buildCrew({ egressHosts: ["www.example.org", "*.news.example.org", "api.example.com"] }));
  const hosts = ["www.example.org", "bad.example.org", "example.org", "*", "*.example.net", "www.example.org"];
  await expect(createCrew(ctx, buildCrew({ egressHosts: hosts }))).rejects.toMatchObject({
    code: "invalid",
    detail: { issues: [1, 2, 3, 4, 5].map((i) => ({ path: `egressHosts.${i}`, message: expect.any(String) })) },
  });
});

test("refuses who may not, and stays within the workspace", async () => {
  const owner = await createActor(system);
  const viewer = { ...system, actor: await createActor(system, { role: "viewer", workspaceId: owner.workspaceId }) };
  await expect(getEgressRules(viewer)).rejects.toMatchObject({ code: "forbidden" });
  await expect(updateEgressRules(viewer, { allow: null, deny: [] })).rejects.toMatchObject({ code: "forbidden" });
  expect((await getEgressRules({ ...system, actor: owner })).updatedBy).toBeNull();
});

describe("lists of hosts", () => {
  test.each([
    ["example.org", "https://example.org/x", true],
    ["example.org", "https://EXAMPLE.org./x", true],
    ["example.org", "https://example.org:8443/", false],
    ["example.org:8443", "https://example.org:8443/", true],
    ["example.org", "https://www.example.org/", false],
    ["*.example.org", "https://a.b.example.org/", true],
    ["*.example.org", "https://example.org/", false],
    ["*.example.org", "https://evilexample.org/", false],
    ["*.example.org", "https://example.org.evil.net/", false],
    ["example.org", "https://example.org@evil.net/", false],
    ["example.org", "https://evil.net/example.org", false],
    ["*", "https://anything.net/", true],
    ["example.org", "not an address", false],
  ])("%s names %s: %s", (pattern, url, expected) => {
    expect(namesHost([pattern], url)).toBe(expected);
  });

  test("denied wins over allowed", () => {
    expect(isHostOpen({ allow: ["*.example.org"], deny: ["bad.example.org"] }, "https://bad.example.org/")).toBe(false);
    expect(isHostOpen({ allow: ["*.example.org"], deny: [] }, "https://example.net/")).toBe(false);
    expect(isHostOpen({ allow: null, deny: [] }, "https://example.net/")).toBe(true);
  });

  test("a pattern is a host and nothing else", () => {
    for (const good of ["example.org", " API.Example.org ", "*.example.org", "127.0.0.1:8080", "xn--bcher-kva.example"])
      expect(HostPattern.safeParse(good).success, good).toBe(true);
    for (const bad of [
      "*",
      "*.org",
      "*.*.org",
      "a.*.org",
      "https://a.org",
      "a.org/x",
      "a b.org",
      "-a.org",
      "a.org:0",
      "a.org:",
      "bücher.example",
      "",
    ])
      expect(HostPattern.safeParse(bad).success, bad).toBe(false);
  });
});
