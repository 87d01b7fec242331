import { uuidFromTypeId } from "@crew/contracts/ids";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actingScript } from "./acting-crew.ts";
import type { Failpoint } from "./failpoints.ts";
import { findViolations } from "./invariants.ts";
import { callsOf, hitsOf, untilTakenOver } from "./seen-of-run.ts";
import { startWorld, type World } from "./start-world.ts";
import { watchRows } from "./watch-rows.ts";

let world: World;
beforeAll(async () => {
  if (redisIsMissing) return;
  world = await startWorld({ workers: 2 });
  await watchRows(world.query);
});
afterAll(() => world?.[Symbol.asyncDispose]());

let talks = 0;

/** Has the crew start a run by a conversation, with the worker killed at the point; resolves when the answer is written. */
async function talkAndKill(point: Failpoint): Promise<{ topic: string; runId: string; parts: { type: string; runId?: string }[] }> {
  const topic = `talk${++talks}.`;
  world.fake.setScript({
    defaults: { turns: 1, tokens: 4, tokenDelayMs: 1 },
    entries: [
      { when: { contains: "Please start" }, times: 1, toolCalls: [{ id: "go", name: "start_run", arguments: { inputs: { topic } } }] },
      { when: { contains: "Please start" }, text: "Started." },
    ],
  });
  const { id } = await world.ada.call("POST", "/v1/conversations", { target: { kind: "crew", crewId: world.crewId } });
  const hit = world.failpoints.arm(point, { action: "kill", when: "start-run.ts" });
  const sent = await world.ada.call("POST", `/v1/conversations/${id}/messages`, { clientMessageId: topic, content: "Please start" });
  const pid = await hit();
  const { runId } = sent.answer;
  await untilTakenOver(world, runId, Date.now());
  await world.replace(pid);
  await world.ada.untilRun(runId);
  const { data } = await world.ada.call("GET", `/v1/conversations/${id}/messages?limit=1`);
  expect(data[0]).toMatchObject({ content: "Started.", state: "complete" });
  return { topic, runId, parts: data[0].parts };
}

describe.skipIf(redisIsMissing)("a run that is started by talking", () => {
  test.each(["before_commit", "after_commit"] as const)("is one run, also when its worker is killed at %s", async (point) => {
    const { topic, runId, parts } = await talkAndKill(point);
    const started = await world.query<{ id: string }>("SELECT id FROM runs WHERE kind = 'crew' AND inputs->>'topic' = $1", [topic]);
    expect(started).toHaveLength(1);
    const card = parts.find(({ type }) => type === "run");
    expect(uuidFromTypeId(card?.runId ?? "")).toBe(started[0]?.id);
    const records = await world.query("SELECT FROM audit_events WHERE action = 'run.started' AND detail->>'chatRunId' = $1", [runId]);
    expect(records).toHaveLength(1);
  });
});

/** As the person herself, not by her key. */
async function saySignedIn(runId: string, said: { clientMessageId: string; text: string }): Promise<void> {
  const { origin } = world.installation;
  const answer = await fetch(`${origin}/v1/runs/${runId}/messages`, {
    method: "POST",
    headers: { cookie: world.ada.cookie, origin, "content-type": "application/json" },
    body: JSON.stringify(said),
  });
  expect(await answer.json()).toMatchObject({ seq: 1, by: "Ada", command: { kind: "skip", taskKey: "three" }, seenStep: null });
}

/** Skips task 3 while task 2 waits for its model, with the worker killed where the next turn is about to hear of it, or has. */
async function skipAndKill(point: Failpoint, when: string[]): Promise<{ topic: string; runId: string }> {
  const topic = `talk${++talks}.`;
  const held = { when: { contains: "Do part two" }, times: 1, turns: 1, holdAfter: 1 };
  world.fake.setScript({ ...actingScript(), entries: [held] });
  const runId = await world.startRun(topic);
  await expect.poll(() => callsOf(world, topic, "two").length, { timeout: 10_000, interval: 10 }).toBe(1);
  const hit = world.failpoints.arm(point, { action: "kill", when: [uuidFromTypeId(runId), ...when] });
  await saySignedIn(runId, { clientMessageId: topic, text: "skip task 3" });
  world.fake.setScript(actingScript());
  const pid = await hit();
  await untilTakenOver(world, runId, Date.now());
  await world.replace(pid);
  return { topic, runId };
}

describe.skipIf(redisIsMissing)("a task that a person has skipped", () => {
  test.each([
    { moment: "after the message is stored and before the turn that hears it", point: "before:read_said" as const, when: [] },
    {
      moment: "when the turn that has heard it is journalled and not sent",
      point: "journaled" as const,
      when: ["run_steered", "task:2/turn:2/model"],
    },
  ])("is not begun by anybody, also when the worker is killed $moment", async ({ point, when }) => {
    const { topic, runId } = await skipAndKill(point, when);
    expect(await world.ada.untilRun(runId)).toMatchObject({ state: "succeeded", attempt: 2 });
    // What was answered before the kill is not asked again, and what was never sent is sent once.
    expect(["one", "two", "three", "four"].map((part) => callsOf(world, topic, part).length)).toEqual([2, 2, 0, 2]);
    expect(hitsOf(world, `post.${topic}`)).toEqual([]);
    const id = uuidFromTypeId(runId);
    const told = await world.query(
      "SELECT type, data->>'by' AS by FROM run_events WHERE run_id = $1 AND type IN ('run_steered', 'task_skipped') ORDER BY seq",
      [id],
    );
    expect(told).toEqual([
      { type: "run_steered", by: "Ada" },
      { type: "task_skipped", by: "Ada" },
    ]);
    const heard = await world.query("SELECT seq, seen_step FROM run_messages WHERE run_id = $1", [id]);
    expect(heard).toEqual([{ seq: 1, seen_step: "task:2/turn:2" }]);
    const records = await world.query("SELECT actor FROM audit_events WHERE action = 'run.steered' AND subject = $1", [runId]);
    expect(records).toMatchObject([{ actor: { kind: "user", name: "Ada", userId: expect.stringMatching(/^user_/), apiKeyId: null } }]);
    // Effects are looked at above: those of the task that was skipped would be missed.
    expect(await findViolations({ query: world.query, accepted: [runId], provider: world.fake.journal })).toEqual([]);
  });
});
