import { flushCompileCache } from "node:module";

/** Loads what services load, so that its compiled code is kept: when an image is built, which later cannot be written to. */
await import("../packages/platform/src/load-faster.ts");
for (const path of [
  "packages/platform/src/open-system.ts",
  "packages/platform/src/bus/open-redis-ports.ts",
  "apps/api/src/app.ts",
  "apps/chatbot/src/app.ts",
  "apps/worker/src/app.ts",
  "apps/web/src/server/app.ts",
]) {
  await import(`../${path}`);
}
flushCompileCache();
process.exit(0);
