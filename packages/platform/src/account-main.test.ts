import { randomBytes } from "node:crypto";
import { createActor } from "@crew/testing/actors";
import { openTestSystem } from "@crew/testing/open-test-system";
import { spawnProcess } from "@crew/testing/spawn-process";
import { redisIsMissing, startTestRedis } from "@crew/testing/start-test-redis";
import { expect, test } from "vitest";

test.skipIf(redisIsMissing)(
  "the operator disables an account on the machine, takes it back, and removes a lost second factor [ASVS 7.4.5]",
  async () => {
    await using redis = await startTestRedis();
    await using system = await openTestSystem({ redisUrl: redis.url });
    const { userId } = await createActor(system);
    const email = `${userId}@example.test`;
    const env = {
      DATABASE_URL: system.databaseUrl,
      REDIS_URL: redis.url,
      CREW_AUTH_SECRET: randomBytes(32).toString("base64"),
      CREW_MASTER_KEY: system.config.secrets?.masterKey.toString("base64") ?? "",
    };
    const run = async (...scriptArgs: string[]) => {
      const child = spawnProcess("packages/platform/src/account-main.ts", { env, scriptArgs });
      return [await child.exited, child.output().trim()];
    };
    const heard: unknown[] = [];
    await system.bus.subscribe(`actor:${userId}`, (message) => heard.push(message));
    const isDisabled = async () =>
      (await system.pool.query("SELECT disabled_at IS NOT NULL AS it FROM users WHERE email = $1", [email])).rows[0].it;
    expect(await run("disable", email)).toEqual([0, `${email} is disabled: sessions, keys and tokens count no more.`]);
    expect(await isDisabled()).toBe(true);
    await expect.poll(() => heard).toContainEqual({ type: "revoked" });
    expect(await run("enable", email)).toEqual([0, `${email} can sign in again.`]);
    expect(await isDisabled()).toBe(false);
    expect(await run("disable", "nobody@example.test")).toEqual([1, "Nobody here has this e-mail address."]);
    expect((await run("delete", email))[0]).toBe(1);

    await system.pool.query(
      "INSERT INTO second_factors (user_id, seed_encrypted, recovery_code_hashes, enabled_at) SELECT id, 'x', '{}', now() FROM users WHERE email = $1",
      [email],
    );
    expect(await run("drop-second-factor", email)).toEqual([0, `${email} has no second factor any more; every session has ended.`]);
    expect((await system.pool.query("SELECT FROM second_factors")).rowCount).toBe(0);
    expect(await run("drop-second-factor", email)).toEqual([1, `${email} has no second factor.`]);
  },
  120_000,
);
