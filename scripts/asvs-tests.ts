import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A test carries the requirements that it proves at the end of its name: `[ASVS 6.5.1 6.5.3]`. */
const TAG = /\[ASVS ((?:\d+\.\d+\.\d+[ ,]*)+)\]/g;
const THREAT = /\bT-(\d\d)\b/g;
const THREATS = 32;
const LEAST_TESTED = 130;

export interface Requirement {
  id: string;
  level: number;
  /** In our words. */
  asks: string;
  state: string;
  /** The control, or why it does not apply or is open. */
  by: string;
  chapter: string;
}

export function readRequirements(): Requirement[] {
  let chapter = "";
  const requirements: Requirement[] = [];
  for (const line of readFileSync(join(root, "docs", "asvs-requirements.txt"), "utf8").split("\n")) {
    if (line.startsWith("## ")) chapter = line.slice(3);
    if (line === "" || line.startsWith("#")) continue;
    const [id = "", level = "", asks = "", state = "", by = ""] = line.split(" | ");
    requirements.push({ id, level: Number(level), asks, state, by, chapter });
  }
  return requirements;
}

/** Numbers in a test's name. */
export function requirementsIn(text: string): string[] {
  return [...text.matchAll(TAG)].flatMap(([, ids = ""]) => ids.split(/[ ,]+/).filter(Boolean));
}

/** Which test files carry which number. */
export function taggedFiles(): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const path of testFiles()) {
    for (const id of new Set(requirementsIn(sourceOf(path)))) files.set(id, [...(files.get(id) ?? []), path]);
  }
  return files;
}

function testFiles(): string[] {
  return ["packages", "apps", "tests"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".test.ts") && !path.includes("node_modules"))
      .map((path) => `${folder}/${path}`),
  );
}

/** What is wrong with the list itself, whatever ran. */
export function listProblems(): string[] {
  const requirements = readRequirements();
  const known = new Map(requirements.map((one) => [one.id, one]));
  const tagged = taggedFiles();
  const problems: string[] = [];
  if (known.size !== requirements.length) problems.push("a requirement is listed twice");
  const counts = [1, 2].map((level) => requirements.filter((one) => one.level === level).length);
  if (counts[0] !== 70 || counts[1] !== 176) problems.push(`level 1 and 2 have ${counts.join(" and ")} requirements, not 70 and 176`);
  for (const { id, state, by } of requirements) {
    if (!["pass", "n/a", "open"].includes(state)) problems.push(`${id} has no state`);
    if (by.trim() === "") problems.push(`${id} names neither a control nor a reason`);
  }
  for (const [id, files] of tagged) {
    const one = known.get(id);
    if (!one) problems.push(`${files[0]} proves ${id}, which is not in the list`);
    else if (one.state !== "pass") problems.push(`${files[0]} proves ${id}, whose state is ${one.state}`);
  }
  if (tagged.size < LEAST_TESTED) problems.push(`${tagged.size} requirements carry a test; at least ${LEAST_TESTED} should`);
  return [...problems, ...shareProblems(requirements)];
}

/** All that apply of level 1, and 95 of a hundred of level 2. */
function shareProblems(requirements: Requirement[]): string[] {
  const applicable = (level: number) => requirements.filter((one) => one.level === level && one.state !== "n/a");
  const open = (level: number) => applicable(level).filter((one) => one.state === "open");
  const problems = open(1).map(({ id }) => `${id} of level 1 is open`);
  if (open(2).length > applicable(2).length * 0.05) problems.push(`${open(2).length} of ${applicable(2).length} of level 2 are open`);
  return problems;
}

/** What one run of a test file says: its path from the root, and the names of its tests by how they ended. */
export interface TestFileResult {
  path: string;
  passed: string[];
  /** Not begun, where a browser or Redis is missing. */
  skipped: string[];
}

/**
 * Which requirements and threats no test of a run has proven. `missing`: none that carries it passed. `unseen`: one that
 * carries it was skipped or its file did not run, so that this run cannot say.
 */
export function unprovenBy(results: readonly TestFileResult[]): { missing: string[]; unseen: string[] } {
  const proven = new Set(results.flatMap(({ passed }) => passed.flatMap(idsIn)));
  const ran = new Set(results.map(({ path }) => path));
  const elsewhere = testFiles().filter((path) => !ran.has(path));
  const skipped = new Set([...results.flatMap((one) => one.skipped.flatMap(idsIn)), ...elsewhere.flatMap((path) => idsIn(sourceOf(path)))]);
  const threats = Array.from({ length: THREATS }, (_, i) => `T-${String(i + 1).padStart(2, "0")}`);
  const wanted = [...[...taggedFiles().keys()].map((id) => `ASVS ${id}`), ...threats].filter((id) => !proven.has(id));
  return { missing: wanted.filter((id) => !skipped.has(id)), unseen: wanted.filter((id) => skipped.has(id)) };
}

function idsIn(text: string): string[] {
  return [...requirementsIn(text).map((id) => `ASVS ${id}`), ...[...text.matchAll(THREAT)].map(([id]) => id)];
}

function sourceOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
