import { defineConfig } from "vitest/config";
import { redisIsMissing } from "./packages/testing/src/start-test-redis.ts";

const excluded = ["**/node_modules/**", "apps/web/out/**", "tests/faults/**", "tests/e2e/**"];

/** What these test is decided before Redis is asked for anything, or in PostgreSQL alone: once is enough. */
const withoutRedis = [
  "apps/api/src/{audited-acts,endpoint-permissions,open-api-document,refused-input,unsafe-requests}.test.ts",
  "apps/worker/src/{agent-rights,canary-secrets,contain-injections,contain-memories,egress-entries}.test.ts",
  "apps/worker/src/{master-key-rotation,mcp-tools,restored-system,run-no-text-as-code}.test.ts",
];

/** What these look at is of the whole process, such as the secrets that it knows. */
const alone = ["packages/platform/src/secrets/*.test.ts"];

/**
 * Everything runs once with the in-process adapters; what serves, streams and works runs again on Redis. Files share a
 * process one after the other, which halves the time: loading the product takes longer than most of them.
 */
export default defineConfig({
  test: {
    globalSetup: ["packages/testing/src/global-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    isolate: false,
    testTimeout: 30_000,
    // What is polled for comes by a sweep or a notice: a second is soon over on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    // Each of them loads the product.
    execArgv: ["--import", new URL("./packages/platform/src/load-faster.ts", import.meta.url).pathname],
    projects: [
      {
        extends: true,
        test: {
          name: "in-process",
          include: ["packages/**/*.test.ts", "apps/**/*.test.ts", "deploy/**/*.test.ts", "tests/*.test.ts"],
          exclude: [...excluded, ...alone],
          provide: { adapters: "in-process" },
        },
      },
      { extends: true, test: { name: "alone", include: alone, isolate: true, provide: { adapters: "in-process" } } },
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
