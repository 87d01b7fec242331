import { runScript } from "./node-runtime.mjs";

await runScript("packages/testing/src/fake-provider/main.ts", { dev: true });
