import { redisIsMissing } from "@crew/testing/start-test-redis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Failpoint } from "./failpoints.ts";
import { findViolations } from "./invariants.ts";
import { startWorld, type World } from "./start-world.ts";
import { watchRows } from "./watch-rows.ts";

describe.skipIf(redisIsMissing)("kill points beside runs", () => {
  let world: World;
  const accepted: string[] = [];
  let topics = 0;

  beforeAll(async () => {
    world = await startWorld({ workers: 2 });
    await watchRows(world.query);
  });
  afterAll(() => world?.[Symbol.asyncDispose]());
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") console.log(world.installation.logs().slice(-6_000));
    const seen = { query: world.query, accepted, provider: world.fake.journal, effects: world.sink.journal };
    expect(await findViolations(seen)).toEqual([]);
  });

  /** The process that comes by dies, and is started again. */
  async function killAt(point: Failpoint, when: string | string[], cause: () => Promise<unknown>): Promise<void> {
    const hit = world.failpoints.arm(point, { action: "kill", when });
    await cause();
    await world.replace(await hit(60_000));
  }

  async function count(text: string, values: unknown[] = []): Promise<number> {
    return (await world.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${text}`, values))[0]?.n ?? 0;
  }

  test.each(["before_commit", "after_commit"] as const)("a scheduler is killed at a tick, %s: the tick happens once", async (point) => {
    const topic = `tick${++topics}.`;
    const schedule = await world.ada.call("POST", "/v1/schedules", {
      crewId: world.crewId,
      name: topic,
      cron: "0 0 1 1 *",
      inputs: { topic },
    });
    const bringForward = () => world.query("UPDATE schedules SET next_at = now() - interval '1 second' WHERE name = $1", [topic]);
    await killAt(point, "tick-schedule", bringForward);
    const started = "runs WHERE inputs->>'topic' = $1 AND state = 'succeeded'";
    await expect.poll(() => count(started, [topic]), { timeout: 60_000 }).toBe(1);
    expect(await count("runs WHERE inputs->>'topic' = $1", [topic])).toBe(1);
    const { data } = await world.ada.call("GET", `/v1/schedules/${schedule.id}/ticks`);
    expect(data).toMatchObject([{ outcome: "started" }]);
  });

  test("a webhook is sent and its sender killed before it has written so: it is sent again under the same id, and no other is", async () => {
    await world.ada.call("POST", "/v1/webhooks", { url: `${world.sink.url}/effects/hook`, events: ["run."] });
    const hooks = () => world.sink.journal.filter(({ name }) => name === "hook");
    await killAt("effect_done", "/effects/hook", async () => accepted.push(await world.startRun(`hook${++topics}.`)));
    // Its lease is for slow receivers; here nobody waits for it to run out.
    await world.query("UPDATE webhook_deliveries SET sending_until = now(), next_attempt_at = now() WHERE sending_until > now()");
    await world.ada.untilRun(accepted.at(-1) ?? "");
    await expect
      .poll(
        async () =>
          (await count("outbox_events WHERE dispatched_at IS NULL")) + (await count("webhook_deliveries WHERE state = 'pending'")),
        {
          timeout: 30_000,
        },
      )
      .toBe(0);
    const deliveries = await count("webhook_deliveries WHERE state = 'delivered'");
    const keys = hooks().map(({ key }) => key);
    expect(deliveries).toBeGreaterThan(1);
    expect(new Set(keys).size).toBe(deliveries);
    expect(keys.length).toBeGreaterThan(deliveries);
  });

  test.each(["before:dispatch_outbox", "after:dispatch_outbox"] as const)(
    "the outbox's dispatcher is killed %s: each event goes out once",
    async (point) => {
      const deliveriesBefore = await count("webhook_deliveries");
      await killAt(point, [], async () => accepted.push(await world.startRun(`box${++topics}.`)));
      await world.ada.untilRun(accepted.at(-1) ?? "");
      await expect.poll(() => count("outbox_events WHERE dispatched_at IS NULL"), { timeout: 30_000 }).toBe(0);
      expect(await count("webhook_deliveries")).toBeGreaterThan(deliveriesBefore);
      const twice =
        "(SELECT outbox_id FROM webhook_deliveries WHERE outbox_id IS NOT NULL GROUP BY outbox_id, webhook_id HAVING count(*) > 1) twice";
      expect(await count(twice)).toBe(0);
      const missing =
        "outbox_events e WHERE starts_with(type, 'run.') AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.outbox_id = e.id)";
      // Those of before there was a webhook were for nobody.
      expect(await count(`${missing} AND created_at > (SELECT max(created_at) FROM webhooks)`)).toBe(0);
    },
  );
});
