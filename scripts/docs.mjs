import { runScript } from "./node-runtime.mjs";

await runScript("scripts/generate-docs.ts", { dev: true });
