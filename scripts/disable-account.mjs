import { runScript } from "./node-runtime.mjs";

await runScript("packages/platform/src/disable-account-main.ts");
