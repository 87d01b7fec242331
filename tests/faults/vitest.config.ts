import { defineConfig } from "vitest/config";

/** Real processes that are killed: one file at a time, so that the machine's noise is its own. Side by side they starve each other on two cores. */
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["tests/faults/**/*.test.ts"],
    globalSetup: ["packages/testing/src/global-setup.ts"],
    provide: { adapters: "in-process" },
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 180_000,
  },
});
