import { join } from "node:path";
import { buildWeb } from "./build-web.mjs";
import { ensureInstalled, findRuntime, requireStarter, root, runNode } from "./node-runtime.mjs";

requireStarter();
ensureInstalled();
const runtime = findRuntime();
const parameters = process.argv.slice(2);
const isDev = parameters.includes("--dev");
await buildWeb();

// By itself Node lets the space for young objects grow to over 100 MB while it loads, and never gives it back.
const flags = ["--max-semi-space-size=8"];
if (isDev) flags.push("--watch-path=apps", "--watch-path=packages", "--watch-preserve-output");
const command = flags.concat(join(root, "apps", "embedded", "src", "main.ts"), parameters);

if (runtime === process.execPath && process.execve && process.platform !== "win32" && !isDev) {
  // The platform takes the place of this process: one less, and its memory. The switch itself is announced as
  // experimental, which is nothing that whoever starts the platform could act on.
  process.removeAllListeners("warning");
  if (process.env.npm_lifecycle_event) command.push("--under-npm");
  process.execve(runtime, [runtime].concat(command), process.env);
}
// The channel is never written to: its end tells the platform that this process is gone, however it went.
process.exit(await runNode(command, { stdio: ["inherit", "inherit", "inherit", "ipc"] }));
