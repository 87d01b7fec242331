import { defineConfig } from "vitest/config";
import { redisIsMissing } from "./packages/testing/src/start-test-redis.ts";

const excluded = ["**/node_modules/**", "apps/web/out/**", "tests/faults/**", "tests/e2e/**"];

/** What these test is decided before Redis is asked for anything, or in PostgreSQL alone: once is enough. */
const withoutRedis = [
  "apps/api/src/{audited-acts,endpoint-permissions,open-api-document,refused-input,unsafe-requests}.test.ts",
  "apps/worker/src/{agent-rights,canary-secrets,contain-injections,contain-memories,egress-entries}.test.ts",
  "apps/worker/src/{master-key-rotation,mcp-tools,restored-system,run-no-text-as-code}.test.ts",
];

/** Everything runs once with the in-process adapters; what serves, streams and works runs again on Redis. */
export default defineConfig({
  test: {
    globalSetup: ["packages/testing/src/global-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    // What is polled for comes by a sweep or a notice: a second is soon over on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    // Each file starts a process, which loads the product.
    execArgv: ["--import", new URL("./packages/platform/src/load-faster.ts", import.meta.url).pathname],
    projects: [
      {
        extends: true,
        test: {
          name: "in-process",
          include: ["packages/**/*.test.ts", "apps/**/*.test.ts", "deploy/**/*.test.ts", "tests/*.test.ts"],
          exclude: excluded,
          provide: { adapters: "in-process" },
        },
      },
      ...(redisIsMissing
        ? []
        : [
            {
              extends: true as const,
              test: {
                name: "redis",
                include: ["apps/{api,chatbot,worker}/**/*.test.ts"],
                exclude: [...excluded, ...withoutRedis],
                provide: { adapters: "redis" as const },
              },
            },
          ]),
    ],
  },
});
