import { startEmbeddedPostgres } from "./start-embedded-postgres.ts";

/** For tests that kill the process around a server: starts one on the folder given and says so. */
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? "", log: quiet });
process.stdout.write(`${JSON.stringify({ serverPid: server.serverPid })}\n`);
process.once("SIGTERM", async () => {
  await server[Symbol.asyncDispose]();
  process.exit(0);
});
setInterval(() => {}, 60_000);
