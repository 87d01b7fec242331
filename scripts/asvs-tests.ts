import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A test carries the requirements that it proves at the end of its name: `[ASVS 6.5.1 6.5.3]`. */
const TAG = /\[ASVS ((?:\d+\.\d+\.\d+[ ,]*)+)\]/g;
const THREAT = /\bT-(\d\d)\b/g;
const THREATS = 32;
const LEAST_TESTED = 120;

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
    for (const id of new Set(requirementsIn(readFileSync(join(root, path), "utf8")))) files.set(id, [...(files.get(id) ?? []), path]);
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

/** Which requirements and threats no test of a run has proven, by the names of those that passed. */
export function unprovenBy(passed: string[]): string[] {
  const proven = new Set(passed.flatMap(requirementsIn));
  const missing = [...taggedFiles().keys()].filter((id) => !proven.has(id)).map((id) => `ASVS ${id}: no test that carries it passed`);
  const threats = new Set(passed.flatMap((name) => [...name.matchAll(THREAT)].map(([, number]) => number)));
  for (let number = 1; number <= THREATS; number++) {
    const id = String(number).padStart(2, "0");
    if (!threats.has(id)) missing.push(`T-${id}: no test with this id passed`);
  }
  return missing;
}
