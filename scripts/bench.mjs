import { runScript } from "./node-runtime.mjs";

await runScript("tests/bench/main.ts", { dev: true });
