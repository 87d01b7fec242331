import { defineConfig } from "vitest/config";

/** Real browsers against real processes, two files at a time, since each waits for the other half of the time. The console must be built before. */
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["tests/e2e/**/*.test.ts"],
    globalSetup: ["packages/testing/src/global-setup.ts"],
    provide: { adapters: "in-process" },
    maxWorkers: 2,
    testTimeout: 240_000,
    // What is polled for comes by a sweep or a notice: a second is soon over on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 240_000,
  },
});
