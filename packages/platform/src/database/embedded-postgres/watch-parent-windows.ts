import { spawnSync } from "node:child_process";

/**
 * What the shell does elsewhere: a process of its own that starts the server and stops it when standard input ends,
 * because the process at the other end of the pipe asked for it or is gone. Arguments: pg_ctl, then the server's own.
 */
const [pgCtl = "", ...parameters] = process.argv.slice(2);
const data = parameters[parameters.indexOf("-D") + 1] ?? "";
const quoted = parameters.map((parameter) => `"${parameter}"`).join(" ");

// pg_ctl gives up the rights of an administrator, with which the server would refuse to start.
const started = spawnSync(pgCtl, ["start", "-s", "-W", "-D", data, "-o", quoted], {
  stdio: ["ignore", "inherit", "inherit"],
  windowsHide: true,
});
if (started.status !== 0) process.exit(started.status ?? 1);

const isServing = setInterval(() => {
  if (spawnSync(pgCtl, ["status", "-D", data], { stdio: "ignore", windowsHide: true }).status !== 0) process.exit(1);
}, 2_000);

process.stdin.resume().once("close", () => {
  clearInterval(isServing);
  const fast = spawnSync(pgCtl, ["stop", "-s", "-m", "fast", "-t", "3", "-D", data], { stdio: "ignore", windowsHide: true });
  if (fast.status !== 0) spawnSync(pgCtl, ["stop", "-s", "-m", "immediate", "-t", "2", "-D", data], { stdio: "ignore", windowsHide: true });
  process.exit(0);
});
