import { runScript } from "./node-runtime.mjs";

await runScript("packages/platform/src/secrets/rotate-master-key-main.ts");
