import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled, fail, requireStarter, root, runNode, tellOnce } from "./node-runtime.mjs";

const web = join(root, "apps", "web");
const SOURCES = ["apps/web", "packages/contracts/src", "packages/client/src", "package-lock.json"];
const SKIPPED = ["node_modules", "out", ".next", "next-env.d.ts", "tsconfig.tsbuildinfo"];

/** Builds the console into apps/web/out, once for each state of its sources. */
export async function buildWeb() {
  if (!existsSync(join(web, "next.config.ts"))) return;
  const mark = join(web, ".next", "built-from");
  const state = consoleState();
  if (existsSync(join(web, "out", "index.html")) && existsSync(mark) && readFileSync(mark, "utf8") === state) return;
  const told = tellOnce("Building the console (once)");
  rmSync(mark, { force: true });
  const { code, words } = await nextBuild();
  told();
  if (code !== 0) {
    process.stderr.write(words);
    if (/ENOSPC|no space left/i.test(words)) fail(`The disk that holds ${root} is full: make room and start again.`);
    fail("The console could not be built; the reason is above.");
  }
  mkdirSync(join(web, ".next"), { recursive: true });
  writeFileSync(mark, state);
}

/** Of everything that the console is built from. */
export function consoleState() {
  return hashOf(SOURCES);
}

/** What the build says is kept for the case that it fails. */
async function nextBuild() {
  let words = "";
  const code = await runNode([join(root, "node_modules", "next", "dist", "bin", "next"), "build"], {
    cwd: web,
    stdio: ["ignore", "pipe", "pipe"],
    env: Object.assign({}, process.env, { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" }),
    onText: (text) => {
      words = (words + text).slice(-20_000);
    },
  });
  return { code, words };
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) addTo(hash, join(root, path), path);
  return hash.digest("hex");
}

function addTo(hash, path, name) {
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (_) {
    hash.update(`${name}\0`).update(readFileSync(path));
    return;
  }
  const kept = entries.filter((entry) => !SKIPPED.includes(entry.name) && !/\.test\.tsx?$/.test(entry.name));
  for (const entry of kept.sort((a, b) => (a.name < b.name ? -1 : 1))) addTo(hash, join(path, entry.name), `${name}/${entry.name}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  requireStarter();
  ensureInstalled();
  await buildWeb();
}
