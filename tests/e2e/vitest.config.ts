import { defineConfig } from "vitest/config";

/** A real browser against real processes, one file at a time. The console must be built before. */
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["tests/e2e/**/*.test.ts"],
    globalSetup: ["packages/testing/src/global-setup.ts"],
    provide: { adapters: "in-process" },
    fileParallelism: false,
    testTimeout: 120_000,
    // What is polled for comes by a sweep or a notice: a second is soon over on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 120_000,
  },
});
