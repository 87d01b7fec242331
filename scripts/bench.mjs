import { runScript } from "./node-runtime.mjs";

/** All of it, or with `streams` the sockets and what streams over them. */
await runScript(process.argv[2] === "streams" ? "tests/bench/streams.ts" : "tests/bench/main.ts", { dev: true });
