import { defineConfig } from "vitest/config";

/**
 * Real processes that are killed. The short profile runs three files at a time, since most of them wait most of the time. The long one, which keeps bars of time, runs one, so that the noise of the machine is its own.
 */
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["tests/faults/**/*.test.ts"],
    globalSetup: ["packages/testing/src/global-setup.ts"],
    provide: { adapters: "in-process" },
    maxWorkers: process.env.CREW_FAULT_PROFILE === "long" ? 1 : 3,
    testTimeout: 240_000,
    // What is polled for comes by a sweep or a notice: a second is soon over on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 180_000,
  },
});
