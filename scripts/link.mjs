import { runScript } from "./node-runtime.mjs";

await runScript("apps/embedded/src/print-link.ts");
