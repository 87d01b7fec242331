import { randomBytes } from "node:crypto";
import { createActor } from "@crew/testing/actors";
import { openTestSystem } from "@crew/testing/open-test-system";
import { spawnProcess } from "@crew/testing/spawn-process";
import { redisIsMissing, startTestRedis } from "@crew/testing/start-test-redis";
import { readAudit } from "@crew/testing/traces";
import { expect, test } from "vitest";

/** An installation with one person in it, and the command as its operator calls it. */
async function openPlace() {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startTestRedis());
  const system = stack.use(await openTestSystem({ redisUrl: redis.url }));
  const actor = await createActor(system);
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
  const disposable = stack.move();
  return { system, actor, email: `${actor.userId}@example.test`, run, [Symbol.asyncDispose]: () => disposable.disposeAsync() };
}

test.skipIf(redisIsMissing)(
  "the operator disables an account on the machine, takes it back, and removes a lost second factor [ASVS 7.4.5]",
  async () => {
    await using place = await openPlace();
    const { system, actor, email, run } = place;
    const { userId } = actor;
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
    expect((await run("disable", email, "on"))[0]).toBe(1);
    expect(await isDisabled()).toBe(false);

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

test.skipIf(redisIsMissing)(
  "the operator says on the machine who else may see to the whole installation",
  async () => {
    await using place = await openPlace();
    const { system, actor, email, run } = place;
    const isOperator = async () => (await system.pool.query("SELECT is_operator AS it FROM users WHERE email = $1", [email])).rows[0].it;
    expect(await isOperator()).toBe(false);
    expect(await run("operator", email, "on")).toEqual([0, `${email} operates this installation: its backups are theirs to see to.`]);
    expect(await isOperator()).toBe(true);
    expect(await run("operator", email, "on")).toEqual([1, `${email} is an operator already.`]);
    expect((await run("operator", email))[0]).toBe(1);
    expect(await run("operator", "nobody@example.test", "on")).toEqual([1, "Nobody here has this e-mail address."]);
    expect(await run("operator", email, "off")).toEqual([0, `${email} operates this installation no more.`]);
    expect(await isOperator()).toBe(false);
    const acts = (await readAudit(system, actor.workspaceId)).map(({ action, subject }) => [action, subject]);
    expect(acts).toEqual([
      ["account.operator_made", actor.userId],
      ["account.operator_removed", actor.userId],
    ]);
  },
  120_000,
);
