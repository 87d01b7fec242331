import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { listProblems, type TestFileResult, unprovenBy } from "./asvs-tests.ts";

/**
 * Checks the list of requirements, and with reports of Vitest (their paths as arguments) that every requirement and threat
 * that tests claim to prove was proven by one that passed. One line for each problem; what this run could not see, since
 * a browser or Redis is missing, is said and not counted.
 */

interface Report {
  testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[];
}

const root = fileURLToPath(new URL("..", import.meta.url));

function resultsOf(path: string): TestFileResult[] {
  const { testResults } = JSON.parse(readFileSync(path, "utf8")) as Report;
  return testResults.map(({ name, assertionResults }) => {
    const namesOf = (...states: string[]) => assertionResults.filter(({ status }) => states.includes(status)).map((one) => one.fullName);
    return { path: relative(root, name).replaceAll("\\", "/"), passed: namesOf("passed"), skipped: namesOf("skipped", "pending", "todo") };
  });
}

const problems = listProblems();
const reports = process.argv.slice(2);
if (reports.length > 0) {
  const { missing, unseen } = unprovenBy(reports.flatMap(resultsOf));
  problems.push(...missing.map((id) => `${id}: no test that carries it passed`));
  if (unseen.length > 0) process.stdout.write(`!! NOT SEEN: tests of ${unseen.join(", ")} did not run here.\n`);
}
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
