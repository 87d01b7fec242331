import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { buildWeb } from "./build-web.mjs";
import { check } from "./check.mjs";
import { ensureInstalled, requireStarter, root, runNode } from "./node-runtime.mjs";

requireStarter();
ensureInstalled({ dev: true });

const [filter, ...rest] = process.argv.slice(2);
const isNamed = filter === "e2e" || filter === "faults" || filter === "races";
const skipped = [];
const failures = [];
/** What failed beside others and passed by itself. */
const unsteady = [];
/** Of more files than these that fail, none is looked at again: the cause is not the machine. */
const MOST_LOOKED_AT_AGAIN = 3;
/** What a draw has broken once is broken; another draw says nothing of it. */
const DRAWS_LOTS = /crash-lottery|ledger-is-journal/;
const total = { passed: 0, failed: 0 };
const reports = mkdtempSync(join(tmpdir(), "crew-results-"));

provide("redis-server", ["redis-server", "valkey-server"], "tests of the Redis adapters and of the distributed composition");
const hasBrowser = provide("chromium", ["chromium", "chromium-browser", "google-chrome"], "browser journeys");

if (!isNamed && !filter) addNamed("check: types, lint and format", check());
if (!filter || filter === "e2e") await buildWeb();
if (!filter) addNamed("page weight", await pageWeight());
if (!isNamed) await suite("tests", "vitest.config.ts", filter ? [filter, ...rest] : []);
// Asked for by name it is the long profile: every bar in full.
if (filter === "faults") process.env.CREW_FAULT_PROFILE ??= "long";
if (!filter || filter === "faults") await suite("faults", "tests/faults/vitest.config.ts", rest);
// Minutes of it, so only when it is asked for.
if (filter === "races") await suite("races", "tests/races/vitest.config.ts", rest);
if ((!filter || filter === "e2e") && hasBrowser) await suite("browser journeys", "tests/e2e/vitest.config.ts", rest);

if (!filter) addNamed("security requirements", await securityRequirements());
rmSync(reports, { recursive: true, force: true });

for (const reason of skipped) process.stdout.write(`\n!! SKIPPED: ${reason}\n`);
for (const failure of unsteady) process.stdout.write(`\n!! UNSTEADY, failed beside others and passed by itself: ${failure}\n`);
// Once more at the end, where who reads only the last page of a long log finds them.
for (const failure of failures) process.stdout.write(`\n!! FAILED: ${failure}\n`);
if (total.passed + total.failed === 0) process.stdout.write("\nNo test ran.\n");
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

/** Whether a program is there; installs it on a throw-away machine, and says loudly what is skipped otherwise. */
function provide(debianPackage, programs, purpose) {
  const isThere = () => programs.some((program) => spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0);
  if (isThere()) return true;
  const mayInstall = process.env.CI === "true" && process.getuid && process.getuid() === 0;
  if (mayInstall) {
    const env = Object.assign({}, process.env, { DEBIAN_FRONTEND: "noninteractive" });
    const apt = (parameters) => spawnSync("apt-get", parameters, { stdio: ["ignore", "ignore", "inherit"], env });
    apt(["-qq", "update"]);
    apt(["-qq", "install", "-y", "--no-install-recommends", debianPackage]);
    if (isThere()) return true;
  }
  const why = mayInstall ? "apt-get could not install it" : "it is installed by itself only as root with CI=true";
  skipped.push(`${purpose}: ${programs[0]} was not found (${why}).`);
  return false;
}

/** No page may load more script at first than the limit in page-weight.mjs. */
async function pageWeight() {
  process.stdout.write("\n── page weight\n");
  const isLight = (await runNode(["scripts/page-weight.mjs"])) === 0;
  return { passed: isLight ? 1 : 0, failed: isLight ? 0 : 1 };
}

/** Whether what tests claim to prove of the security standard and of our own threats was proven, over all suites. */
async function securityRequirements() {
  process.stdout.write("\n── security requirements\n");
  const isProven = (await runNode(["scripts/check-asvs.ts", ...readdirSync(reports).map((name) => join(reports, name))])) === 0;
  return { passed: isProven ? 1 : 0, failed: isProven ? 0 : 1 };
}

async function suite(name, config, filters) {
  if (!existsSync(join(root, config))) {
    skipped.push(`${name}: ${config} is not there.`);
    return;
  }
  process.stdout.write(`\n── ${name}\n`);
  const first = await runVitest(name, config, filters);
  const steady = await lookAgain(name, config, first.failures);
  failures.push(...steady.map(({ text }) => text));
  add({ passed: first.passed.length + first.failures.length - steady.length, failed: steady.length });
}

/**
 * A few files that fail while the machine has much else to do are run once more with nothing beside them. What passes then
 * is no failure, and is told at the end all the same: it is to be mended. Returns what failed again.
 */
async function lookAgain(name, config, found) {
  const files = [...new Set(found.map(({ file }) => file))];
  if (files.length === 0 || files.length > MOST_LOOKED_AT_AGAIN) return found;
  if (found.some(({ file }) => file === config || DRAWS_LOTS.test(file))) return found;
  process.stdout.write(`\n── ${name}, once more by themselves: ${files.join(", ")}\n`);
  const second = await runVitest(`${name} again`, config, [...files, "--maxWorkers=1"]);
  if (second.failures.some(({ file }) => file === config)) return found;
  // Who broke outside of its tests has no test to be found by.
  const isSame = (failure) => (one) =>
    one.file === failure.file && (failure.test === null || one.test === failure.test || one.test === null);
  const isSteady = (failure) => second.failures.some(isSame(failure)) || !second.passed.some(isSame(failure));
  unsteady.push(...found.filter((failure) => !isSteady(failure)).map(({ text }) => text));
  return found.filter(isSteady);
}

async function runVitest(name, config, filters) {
  const report = join(reports, `${name.replaceAll(" ", "-")}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const code = await runNode(["node_modules/vitest/vitest.mjs", "run", "--config", config, ...reporters, ...filters]);
  const seen = readReport(report);
  // A run that broke without a failing test (a leak, an error in a setup file) is still a failure.
  if (code !== 0 && seen.failures.length === 0)
    seen.failures.push({ file: config, test: null, text: `${name} ended with exit code ${code}, and no test says why` });
  return seen;
}

/** What passed, and what failed with its text; a file that broke outside of its tests has `test: null`. */
function readReport(report) {
  try {
    const { testResults } = JSON.parse(readFileSync(report, "utf8"));
    return { passed: testResults.flatMap(passedOf), failures: testResults.flatMap(failuresOf) };
  } catch {
    return { passed: [], failures: [] };
  }
}

function passedOf({ name, assertionResults }) {
  const passed = assertionResults.filter((one) => one.status === "passed");
  return passed.map(({ fullName }) => ({ file: relative(root, name), test: fullName }));
}

function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((one) => one.status === "failed");
  if (status === "failed" && failed.length === 0) return [{ file, test: null, text: `${file}\n${firstLines(message)}` }];
  return failed.map(({ fullName, failureMessages }) => ({
    file,
    test: fullName,
    text: `${file} > ${fullName}\n${firstLines(failureMessages.join("\n"))}`,
  }));
}

function firstLines(text) {
  return stripVTControlCharacters(String(text)).split("\n").slice(0, 25).join("\n").slice(0, 2_500);
}

function addNamed(name, counted) {
  if (counted.failed > 0) failures.push(`${name}: what was found stands above`);
  add(counted);
}

function add({ passed, failed }) {
  total.passed += passed;
  total.failed += failed;
}
