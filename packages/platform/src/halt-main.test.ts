import { randomBytes } from "node:crypto";
import { openTestSystem } from "@crew/testing/open-test-system";
import { spawnProcess } from "@crew/testing/spawn-process";
import { redisIsMissing, startTestRedis } from "@crew/testing/start-test-redis";
import { expect, test } from "vitest";

test.skipIf(redisIsMissing)(
  "the operator halts the installation on the machine, asks, and lifts it",
  async () => {
    await using redis = await startTestRedis();
    await using system = await openTestSystem({ redisUrl: redis.url });
    const env = {
      DATABASE_URL: system.databaseUrl,
      REDIS_URL: redis.url,
      CREW_AUTH_SECRET: randomBytes(32).toString("base64"),
      CREW_MASTER_KEY: system.config.secrets?.masterKey.toString("base64") ?? "",
    };
    const run = async (...scriptArgs: string[]) => {
      const child = spawnProcess("packages/platform/src/halt-main.ts", { env, scriptArgs });
      return [await child.exited, child.output().trim()];
    };
    expect(await run("on", "The provider is on fire")).toEqual([0, expect.stringContaining("The installation is halted.")]);
    expect(await run("status")).toEqual([0, expect.stringMatching(/halted since .+: The provider is on fire/)]);
    expect(await run("off")).toEqual([0, "The halt is lifted: what has waited goes on."]);
    expect((await run("on"))[0]).toBe(1);
  },
  120_000,
);
