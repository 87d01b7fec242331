import { defineConfig } from "vitest/config";

const isLong = process.env.CREW_FAULT_PROFILE === "long";

/**
 * Real processes that are killed. The long profile keeps the bars of time: one file at a time, so that the machine's noise
 * is its own. The short one allows ten times as much, and most of it is waiting for leases to run out: side by side.
 */
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["tests/faults/**/*.test.ts"],
    globalSetup: ["packages/testing/src/global-setup.ts"],
    provide: { adapters: "in-process" },
    fileParallelism: !isLong,
    maxWorkers: 4,
    testTimeout: 240_000,
    hookTimeout: 180_000,
  },
});
