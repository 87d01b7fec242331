import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { sampleImage } from "@crew/testing/sample-image";
import { afterAll, beforeAll, expect, test } from "vitest";
import { removeExpired } from "../maintenance/remove-expired.ts";
import { getRun } from "../runs/get-run.ts";
import { listRuns } from "../runs/list-runs.ts";
import { getUsage } from "../usage/get-usage.ts";
import { createConversation } from "./create-conversation.ts";
import { deleteConversation } from "./delete-conversation.ts";
import { getConversation } from "./get-conversation.ts";
import { listConversations } from "./list-conversations.ts";
import { sendMessage } from "./send-message.ts";
import { updateConversation } from "./update-conversation.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const SECRET = "xyzzyplugh";

async function start() {
  const ctx = { ...system, actor: await createActor(system) };
  const { id } = await createConversation(ctx, { title: `On ${SECRET}`, model: "demo/extractive", isTemporary: true });
  const attachments = [{ name: `${SECRET}.txt`, text: `All of ${SECRET}` }, sampleImage(`${SECRET}.png`)];
  const { answer } = await sendMessage(ctx, id, { clientMessageId: "c1", content: `What is ${SECRET}?`, attachments });
  return { ctx, id, answer, runId: answer.runId ?? "" };
}
type Started = Awaited<ReturnType<typeof start>>;

/** All that a run can leave, as its worker writes it. */
async function work({ ctx, runId }: Started): Promise<void> {
  const [run, workspace] = [`'${uuidFromTypeId(runId)}'`, `'${uuidFromTypeId(ctx.actor.workspaceId)}'`];
  const [text, data] = [`'${SECRET}'`, `'{"text": "${SECRET}"}'`];
  await system.pool.query(`
    INSERT INTO run_steps (run_id, key, kind, class, state, input_hash, result, epoch, started_at) VALUES (${run}, 'k', 'model', 'read', 'done', 'h', ${data}, 1, now());
    INSERT INTO run_events (run_id, seq, key, type, at, data) VALUES (${run}, 9, 'k', 'llm_call_completed', now(), ${data});
    INSERT INTO task_outputs (run_id, position, task_id, task_key, agent_id, agent_key, text, created_at)
      VALUES (${run}, 0, gen_random_uuid(), 't', gen_random_uuid(), 'a', ${text}, now());
    INSERT INTO approvals (id, workspace_id, run_id, step_key, kind, message, output, created_at)
      VALUES (gen_random_uuid(), ${workspace}, ${run}, 'k', 'human_input', ${text}, '', now());
    INSERT INTO dead_letters (id, workspace_id, kind, run_id, title, code, message, attempts, created_at)
      VALUES (gen_random_uuid(), ${workspace}, 'run', ${run}, 't', 'c', ${text}, 1, now());
    INSERT INTO call_attempts (id, run_id, workspace_id, step_key, provider, model, outcome, error, input_tokens, output_tokens, cost_usd, epoch, sent_at)
      VALUES (gen_random_uuid(), ${run}, ${workspace}, 'k', 'fake', 'm', 'completed', ${text}, 100, 10, 0.5, 1, now());`);
}
const end = (runId: string) =>
  system.pool.query(`UPDATE runs SET state = 'succeeded', ended_at = now(), output = $2, error = $3, lease_owner = NULL WHERE id = $1`, [
    uuidFromTypeId(runId),
    SECRET,
    JSON.stringify({ code: "x", message: SECRET }),
  ]);

/** Where in the whole database the words still stand. */
async function placesOf(words: string): Promise<string[]> {
  const { rows } = await system.pool.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  );
  const places: string[] = [];
  for (const { name } of rows) {
    const { rows: found } = await system.pool.query(`SELECT FROM "${name}" t WHERE t::text LIKE '%${words}%' LIMIT 1`);
    if (found.length > 0) places.push(name);
  }
  return places;
}

test("it is in no list and no search, nor are its runs, and it cannot be kept", async () => {
  const { ctx, id, runId } = await start();
  expect(await getConversation(ctx, id)).toMatchObject({ isTemporary: true, title: "Temporary conversation" });
  for (const query of [{}, { search: SECRET }, { search: "temporary" }, { archived: "true" as const }])
    expect((await listConversations(ctx, { limit: 9, ...query })).data).toEqual([]);
  expect((await listRuns(ctx, { limit: 9 })).data).toEqual([]);
  expect(await getRun(ctx, runId)).toMatchObject({ crewName: "Temporary conversation" });
  for (const change of [{ isPinned: true }, { isArchived: true }, { isShared: true }, { title: "Kept" }])
    await expect(updateConversation(ctx, id, change)).rejects.toMatchObject({ code: "invalid" });
  expect(await updateConversation(ctx, id, { facts: ["One"] })).toMatchObject({ facts: ["One"], isShared: false });
  await deleteConversation(ctx, id);
});

test("when it is left nothing of its words is anywhere; the ledger's sums stay", async () => {
  const started = await start();
  await work(started);
  await end(started.runId);
  expect((await placesOf(SECRET)).length).toBeGreaterThan(6);
  await deleteConversation(started.ctx, started.id);
  expect(await placesOf(SECRET)).toEqual([]);
  const usage = await getUsage(started.ctx, { groupBy: "model" });
  expect(usage.totals).toMatchObject({ calls: 1, inputTokens: 100, outputTokens: 10, costUsd: "0.50" });
});

test("an answer whose worker had not heard yet leaves nothing at its end either", async () => {
  const started = await start();
  const worker = "UPDATE runs SET state = 'running', lease_owner = gen_random_uuid() WHERE id = $1";
  await system.pool.query(worker, [uuidFromTypeId(started.runId)]);
  await deleteConversation(started.ctx, started.id);
  await work(started);
  expect(await placesOf(SECRET)).not.toEqual([]);
  await end(started.runId);
  expect(await placesOf(SECRET)).toEqual([]);
});

test("one that was left open goes after a day without use, and no other conversation does", async () => {
  const { ctx, id } = await start();
  const kept = await createConversation(ctx, { title: "Kept", model: "demo/extractive" });
  const age = (hours: number) => system.pool.query("UPDATE conversations SET updated_at = now() - make_interval(hours => $1)", [hours]);
  await age(23);
  await removeExpired(system);
  expect(await getConversation(ctx, id)).toMatchObject({ isTemporary: true });
  await age(25);
  await removeExpired(system);
  await expect(getConversation(ctx, id)).rejects.toMatchObject({ code: "not_found" });
  expect(await getConversation(ctx, kept.id)).toMatchObject({ title: "Kept" });
});
