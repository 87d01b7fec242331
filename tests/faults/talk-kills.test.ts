import { uuidFromTypeId } from "@crew/contracts/ids";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Failpoint } from "./failpoints.ts";
import { untilTakenOver } from "./seen-of-run.ts";
import { startWorld, type World } from "./start-world.ts";

let world: World;
beforeAll(async () => {
  if (redisIsMissing) return;
  world = await startWorld({ workers: 2 });
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
