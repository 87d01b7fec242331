import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

/** Who may do anything can write into a folder that nobody may write into. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

let installation: string;
beforeEach(() => {
  installation = mkdtempSync(join(tmpdir(), "crew-load-"));
  const folder = join(installation, "packages/platform/src");
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(installation, "node_modules"));
  copyFileSync(fileURLToPath(new URL("load-faster.ts", import.meta.url)), join(folder, "load-faster.ts"));
  writeFileSync(join(installation, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(folder, "started.ts"),
    'import "./load-faster.ts";\nimport { getCompileCacheDir } from "node:module";\nconsole.log("started", getCompileCacheDir() ?? "without");\n',
  );
  chmodSync(installation, 0o755);
});
afterEach(() => rmSync(installation, { recursive: true, force: true }));

function start(env: NodeJS.ProcessEnv = {}, as: { uid?: number; gid?: number } = {}): { said: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(installation, "packages/platform/src/started.ts")], {
    env,
    encoding: "utf8",
    timeout: 20_000,
    ...as,
  });
  return { said: `${stdout}${stderr}`.trim(), status };
}

const own = () => join(installation, "node_modules/.cache/crew");

test("what was compiled is kept in the installation", () => {
  expect(start()).toEqual({ said: expect.stringContaining(`started ${own()}`), status: 0 });
});

test("an installation that nobody may write into starts without", (context) => {
  chmodSync(join(installation, "node_modules"), 0o555);
  if (spawnSync(process.execPath, ["--version"], NOBODY).status !== 0) context.skip("another user cannot reach this Node");
  expect(start({}, NOBODY)).toEqual({ said: "started without", status: 0 });
});

test("one in which something stands in the folder's place starts without", () => {
  writeFileSync(join(installation, "node_modules/.cache"), "a file");
  expect(start()).toEqual({ said: "started without", status: 0 });
});

test("a folder that is named from outside counts, and none where that is switched off", () => {
  const named = join(installation, "elsewhere");
  expect(start({ NODE_COMPILE_CACHE: named }).said).toContain(`started ${named}`);
  chmodSync(join(installation, "node_modules"), 0o555);
  expect(start({ NODE_COMPILE_CACHE: named }).said).toContain(`started ${named}`);
  expect(start({ NODE_DISABLE_COMPILE_CACHE: "1" })).toEqual({ said: "started without", status: 0 });
});
