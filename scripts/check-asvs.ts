import { readFileSync } from "node:fs";
import { listProblems, unprovenBy } from "./asvs-tests.ts";

/**
 * Checks the list of requirements, and with reports of Vitest (their paths as arguments) that every requirement and threat
 * that tests claim to prove was proven by one that passed. One line for each problem.
 */

interface Report {
  testResults: { assertionResults: { fullName: string; status: string }[] }[];
}

const passed = process.argv.slice(2).flatMap((path) => {
  const report = JSON.parse(readFileSync(path, "utf8")) as Report;
  return report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === "passed").map(({ fullName }) => fullName),
  );
});
const problems = [...listProblems(), ...(process.argv.length > 2 ? unprovenBy(passed) : [])];
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
