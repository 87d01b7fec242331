import { runScript } from "./node-runtime.mjs";

await runScript("deploy/rehearsal/rehearse.ts", { dev: true });
