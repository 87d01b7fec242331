import { readFileSync } from "node:fs";
import { join } from "node:path";
import { diskFull, isDiskFull, StartupProblem } from "./startup-problem.ts";

/** The server's last words in its own log that tell of trouble. */
export function serverComplaint(clusterPath: string): string {
  try {
    const lines = readFileSync(join(clusterPath, "server.log"), "utf8").slice(-8_000).split("\n");
    return (
      lines.findLast((line) => /FATAL|PANIC|error|could not|cannot/i.test(line))?.replace(/^.*?(FATAL|PANIC|LOG): +/, "") ??
      "it said nothing"
    );
  } catch {
    return "it said nothing";
  }
}

export function startFailure(clusterPath: string): StartupProblem {
  const complaint = serverComplaint(clusterPath);
  if (isDiskFull(new Error(complaint))) return diskFull(clusterPath);
  return new StartupProblem(`The database did not start: ${complaint}. Its log is ${join(clusterPath, "server.log")}.`);
}
