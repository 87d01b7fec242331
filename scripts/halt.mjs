import { runScript } from "./node-runtime.mjs";

await runScript("packages/platform/src/halt-main.ts");
