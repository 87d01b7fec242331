import { buildWeb } from "./build-web.mjs";
import { ensureInstalled, findRuntime, requireStarter, runNode } from "./node-runtime.mjs";

requireStarter();
ensureInstalled();
const runtime = findRuntime();
const parameters = process.argv.slice(2);
const isDev = parameters.includes("--dev");
await buildWeb();

const main = "../apps/embedded/src/main.ts";
if (runtime === process.execPath && !isDev) {
  // One process less, and its memory.
  await import(main);
} else {
  const watch = isDev ? ["--watch-path=apps", "--watch-path=packages", "--watch-preserve-output"] : [];
  // The channel is never written to: its end tells the platform that this process is gone, however it went.
  const code = await runNode(watch.concat("apps/embedded/src/main.ts", parameters), {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  process.exit(code);
}
