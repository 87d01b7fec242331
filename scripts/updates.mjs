import { runScript } from "./node-runtime.mjs";

await runScript("scripts/propose-updates.ts", { dev: true });
