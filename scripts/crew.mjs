import { join } from "node:path";
import { ensureInstalled, fail, findRuntime, requireStarter, root, runNode } from "./node-runtime.mjs";

/** Everything that an installation is made of and that an operator does with it: `crew <command> …`. */
const COMMANDS = {
  api: ["apps/api/src/main.ts", "serve REST, sign-in and event streams"],
  chatbot: ["apps/chatbot/src/main.ts", "serve the sockets"],
  worker: ["apps/worker/src/main.ts", "move runs"],
  scheduler: ["apps/worker/src/scheduler-main.ts", "start what is due, send webhooks, do jobs"],
  web: ["apps/web/src/server/main.ts", "serve the console's files"],
  migrate: ["packages/platform/src/database/migrate-main.ts", "bring the database to this version, once before the others"],
  backup: ["packages/platform/src/backups/backup-main.ts", "make, verify and restore backups"],
  upgrade: ["packages/platform/src/upgrade/upgrade-main.ts", "--check: say what starting this version would mean here"],
  account: ["packages/platform/src/account-main.ts", "disable, enable and repair accounts"],
  halt: ["packages/platform/src/halt-main.ts", "stop every run, and let none begin"],
  "rotate-master-key": ["packages/platform/src/secrets/rotate-master-key-main.ts", "wrap all keys anew"],
};

requireStarter();
const [name, ...parameters] = process.argv.slice(2);
const command = name && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (!command) {
  const lines = Object.entries(COMMANDS).map(([one, [, meaning]]) => `  ${one.padEnd(18)} ${meaning}`);
  if (name && name !== "help") fail(`There is no command ${name}.\n\n${lines.join("\n")}`);
  process.stdout.write(`crew <command>\n\n${lines.join("\n")}\n`);
  process.exit(0);
}
// In an image everything is installed, and nothing could be written.
if (process.env.CREW_INSTALLED !== "true") ensureInstalled();
const runtime = findRuntime();
// By itself Node lets the space for young objects grow to over 100 MB while it loads, and never gives it back.
const words = ["--max-semi-space-size=8", join(root, command[0])].concat(parameters);
if (runtime === process.execPath && process.execve && process.platform !== "win32") {
  // The command takes the place of this process, so that signals reach it without a go-between.
  process.removeAllListeners("warning");
  process.execve(runtime, [runtime].concat(words), process.env);
}
process.exit(await runNode(words));
