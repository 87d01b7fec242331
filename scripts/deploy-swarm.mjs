import { runScript } from "./node-runtime.mjs";

await runScript("deploy/swarm/deploy.ts", { dev: true });
