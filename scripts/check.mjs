import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled, findRuntime, requireStarter, root } from "./node-runtime.mjs";

/** What the compiler found last time; without it every check reads everything anew. */
const CONSOLE_TYPES = "node_modules/.cache/console-types.tsbuildinfo";

/** Types, then lint with format and import law, in seconds. Returns how many of them passed and failed. */
export function check() {
  const steps = [
    ["types", ["node_modules/typescript/bin/tsc", "-p", "."]],
    ["lint and format", ["node_modules/@biomejs/biome/bin/biome", "check", "--diagnostic-level=error"]],
  ];
  if (existsSync(join(root, "apps", "web", "tsconfig.json")))
    steps.splice(1, 0, [
      "types of the console",
      ["node_modules/typescript/bin/tsc", "-p", "apps/web", "--incremental", "--tsBuildInfoFile", CONSOLE_TYPES],
    ]);
  if (existsSync(join(root, "scripts", "generate-docs.ts"))) steps.push(["documents", ["scripts/generate-docs.ts", "--check"]]);
  if (existsSync(join(root, "scripts", "check-asvs.ts"))) steps.push(["security requirements", ["scripts/check-asvs.ts"]]);
  const failed = steps.filter(([name, parameters]) => {
    const { status } = spawnSync(findRuntime(), parameters, { cwd: root, stdio: "inherit" });
    process.stdout.write(`${status === 0 ? "ok    " : "FAILED"} ${name}\n`);
    return status !== 0;
  });
  return { passed: steps.length - failed.length, failed: failed.length };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  requireStarter();
  ensureInstalled({ dev: true });
  process.exit(check().failed === 0 ? 0 : 1);
}
