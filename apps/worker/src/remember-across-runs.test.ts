import type { Crew, CrewInput } from "@crew/contracts/crews";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { MAX_MEMORIES_OF_CREW, type Memory } from "@crew/contracts/memories";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { createCrew } from "@crew/core/crews/create-crew";
import { deleteCrew } from "@crew/core/crews/delete-crew";
import { deleteMemory } from "@crew/core/memories/delete-memory";
import { listMemories } from "@crew/core/memories/list-memories";
import { sweepRuns } from "@crew/core/runs/execute/worker-leases";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import type { Statements } from "@crew/core/system";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { executeUnleased } from "@crew/testing/execute-unleased";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorker } from "./app.ts";

let fake: FakeProvider;
let system: TestSystem;
let actor: Actor;

beforeAll(async () => {
  fake = await startFakeProvider();
  system = await openTestSystem({ config: { modelProviders: [fakeProviderSettings(fake)] } });
});
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await fake?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  fake.setScript({});
  fake.clearJournal();
  actor = await createActor(system);
});

const as = (who: Actor) => ({ ...system, actor: who });
const ctx = () => as(actor);

/** One agent, one task about tides. */
function tides(over: Partial<CrewInput> = {}): CrewInput {
  const { agents, tasks } = buildCrew();
  return buildCrew({
    model: "fake/fake-model",
    memory: true,
    agents: agents.slice(0, 1).map((agent) => ({ ...agent, goal: "Help" })),
    tasks: tasks.slice(0, 1).map((task) => ({ ...task, description: "Write about tides" })),
    ...over,
  });
}

function twoTasks(): CrewInput {
  const { tasks, agents } = buildCrew();
  return tides({
    agents: agents.map((agent) => ({ ...agent, goal: "Help" })),
    tasks: tasks.map((task) => ({ ...task, description: "Write about tides" })),
  });
}

const start = (crew: Crew, who = actor): Promise<Run> => startRun(as(who), crew.id, { inputs: {}, documents: [] });
const ended = (run: Run, who = actor) => untilRun(system, who, run.id);
const runOf = async (crew: Crew, who = actor) => ended(await start(crew, who), who);
const memoriesOf = async (crew: Crew, who = actor): Promise<Memory[]> =>
  (await listMemories(as(who), { limit: 100, crewId: crew.id })).data;

async function recallsOf(run: Run, who = actor) {
  const { data } = await listRunEvents(as(who), run.id, { after: 0, limit: 200 });
  return data.filter(({ type }) => type === "memory_query_completed").map((event) => event.data.results);
}

const saysOf = (i: number) => JSON.stringify(fake.journal[i]?.messages);
describe("what is recalled", () => {
  test("T-18 is never another tenant's, nor another crew's, nor of the same run", async () => {
    const stranger = await createActor(system);
    const crew = await createCrew(ctx(), tides());
    const sibling = await createCrew(ctx(), tides());
    const foreign = await createCrew(as(stranger), tides());
    await using _worker = await startWorker(system, { capacity: 1 });
    fake.setScript({ entries: [{ text: "Tides: CANARY-OF-A" }] });
    const first = await runOf(crew);
    expect(await recallsOf(first)).toEqual([[]]);
    // A row that names the other tenant's crew, as no statement here would write it: the workspace decides.
    await system.pool.query(
      `INSERT INTO memories (id, workspace_id, crew_id, run_id, task_key, agent_key, source, text, tainted_by, created_at)
       SELECT gen_random_uuid(), workspace_id, $1, run_id, 'other', agent_key, source, text, '[]', now() FROM memories WHERE run_id = $2`,
      [uuidFromTypeId(foreign.id), uuidFromTypeId(first.id)],
    );
    fake.clearJournal();
    for (const [other, who] of [
      [sibling, actor],
      [foreign, stranger],
    ] as const) {
      fake.setScript({ entries: [{ text: "Nothing" }] });
      expect(await recallsOf(await runOf(other, who), who)).toEqual([[]]);
    }
    expect(fake.journal).toHaveLength(2);
    expect(fake.journal.map((_, i) => saysOf(i)).join("")).not.toContain("CANARY-OF-A");
    expect(await listMemories(as(stranger), { limit: 10, query: "canary-of-a" })).toMatchObject({ data: [] });
    fake.clearJournal();
    expect(await recallsOf(await runOf(crew))).toHaveLength(1);
    expect(saysOf(0)).toContain("CANARY-OF-A");
  });

  test("what it fits best, then what is newer, five at most, and what does not fit never", async () => {
    const crew = await createCrew(ctx(), tides());
    await using _worker = await startWorker(system, { capacity: 1 });
    fake.setScript({ entries: [{ text: "Tides once" }] });
    const source = await runOf(crew);
    const texts = ["about mountains", "tides old", "tides 1", "tides 2", "tides 3", "tides 4", "write tides facts list"];
    await system.pool.query("DELETE FROM memories");
    for (const [i, text] of texts.entries())
      await system.pool.query(
        `INSERT INTO memories (id, workspace_id, crew_id, run_id, task_key, agent_key, source, text, tainted_by, created_at)
         VALUES ($1, $2, $3, $4, $5, 'scout', 'task_output', $6, '[]', now())`,
        [...[system.newId("memory"), actor.workspaceId, crew.id, source.id].map(uuidFromTypeId), `t${i}`, text],
      );
    fake.clearJournal();
    const run = await runOf(crew);
    const prompt = saysOf(0).replaceAll("\\n", " ");
    expect(prompt).toMatch(/<remembered>.*write tides facts list.*tides 4.*tides 3.*tides 2.*tides 1.*<\/remembered>/);
    expect(prompt).not.toMatch(/mountains|tides old/);
    expect((await recallsOf(run))[0]).toHaveLength(5);
  });
});

describe("what is kept", () => {
  test("a killed worker's run recalls the same again and remembers each task once", async () => {
    const crew = await createCrew(ctx(), twoTasks());
    fake.setScript({ entries: [{ text: "Tides of old" }, { text: "Tides of old, in short" }] });
    {
      await using _worker = await startWorker(system, { capacity: 1 });
      await runOf(crew);
    }
    const before = await memoriesOf(crew);
    expect(before).toHaveLength(2);
    fake.clearJournal();
    fake.setScript({ entries: [{ text: "facts" }, { text: "slow", tokens: 100, tokenDelayMs: 30 }, { text: "page" }] });
    const { id } = await start(crew);
    const execution = await executeUnleased(system);
    await fake.waitForCalls(2);
    // What it has recalled is gone meanwhile; its journal still has it.
    for (const memory of before) await deleteMemory(ctx(), memory.id);
    await sweepRuns(system);
    await using _worker = await startWorker(system, { capacity: 1 });
    await execution.done;
    const run = await untilRun(system, actor, id);
    expect(run).toMatchObject({ state: "succeeded", output: "page", attempt: 2 });
    expect(fake.journal).toHaveLength(3);
    expect(saysOf(1)).toContain("Tides of old");
    expect(fake.journal[2]?.messages).toEqual(fake.journal[1]?.messages);
    expect((await memoriesOf(crew)).map(({ text, runId }) => [text, runId])).toEqual([
      ["page", id],
      ["facts", id],
    ]);
    const { data } = await listRunEvents(ctx(), id, { after: 0, limit: 200 });
    expect(data.filter(({ type }) => type === "memory_save_completed")).toHaveLength(2);
    expect(data.filter(({ type }) => type === "memory_query_completed")).toHaveLength(2);
  });

  test(`is cut, and no more than ${MAX_MEMORIES_OF_CREW} of a crew: the oldest go`, async () => {
    const crew = await createCrew(ctx(), tides());
    await using _worker = await startWorker(system, { capacity: 1 });
    fake.setScript({ entries: [{ text: "first" }, { text: "🌊".repeat(3_000) }] });
    const first = await runOf(crew);
    await system.pool.query(
      `INSERT INTO memories (id, workspace_id, crew_id, run_id, task_key, agent_key, source, text, tainted_by, created_at)
       SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, workspace_id, crew_id, run_id, 'n' || n, agent_key, source, 'old', '[]', now()
       FROM memories, generate_series(1, ${MAX_MEMORIES_OF_CREW + 4}) n WHERE run_id = $1`,
      [uuidFromTypeId(first.id)],
    );
    const second = await runOf(crew);
    const { rows } = await system.pool.query("SELECT count(*)::int AS count, min(id::text) AS oldest FROM memories WHERE crew_id = $1", [
      uuidFromTypeId(crew.id),
    ]);
    expect(rows).toEqual([{ count: MAX_MEMORIES_OF_CREW, oldest: "00000000-0000-7000-8000-000000000007" }]);
    const [newest] = (await listMemories(ctx(), { limit: 5, runId: second.id })).data;
    expect(newest?.text).toMatch(/^🌊+.?…$/u);
    expect(newest?.text.length).toBeLessThanOrEqual(4_000);
  });

  test("goes with its crew, and a run that is still under way leaves nothing behind", async () => {
    const crew = await createCrew(ctx(), tides());
    await using _worker = await startWorker(system, { capacity: 1 });
    fake.setScript({ entries: [{ text: "first" }, { text: "slow", tokens: 20, tokenDelayMs: 30 }] });
    await runOf(crew);
    expect(await memoriesOf(crew)).toHaveLength(1);
    const run = await start(crew);
    await fake.waitForCalls(2);
    await deleteCrew(ctx(), crew.id);
    expect(await memoriesOf(crew)).toEqual([]);
    expect(await ended(run)).toMatchObject({ state: "succeeded" });
    expect((await system.pool.query("SELECT FROM memories WHERE crew_id = $1", [uuidFromTypeId(crew.id)])).rowCount).toBe(0);
  });

  test("is not written behind the back of a deletion that is under way", async () => {
    const crew = await createCrew(ctx(), tides());
    await using _worker = await startWorker(system, { capacity: 1 });
    fake.setScript({ entries: [{ text: "late", firstByteDelayMs: 1_000 }] });
    const [deletion, watcher] = [await system.pool.connect(), await system.pool.connect()];
    // Only the user itself sees what its connections wait for.
    await watcher.query("SET ROLE NONE");
    try {
      const run = await start(crew);
      await fake.waitForCalls(1);
      await deletion.query("BEGIN");
      await deletion.query("UPDATE crews SET deleted_at = now() WHERE id = $1", [uuidFromTypeId(crew.id)]);
      const waits =
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%fenced%'";
      await expect.poll(async () => (await watcher.query(waits)).rowCount, { timeout: 10_000 }).toBe(1);
      await deletion.query("COMMIT");
      expect(await ended(run)).toMatchObject({ state: "succeeded", output: "late" });
      expect((await watcher.query("SELECT FROM memories WHERE crew_id = $1", [uuidFromTypeId(crew.id)])).rowCount).toBe(0);
    } finally {
      for (const client of [deletion, watcher]) client.release(true);
    }
  });

  test("costs one statement a task, and nothing where a crew has no memory", async () => {
    const names: string[] = [];
    const counted = (statements: Statements): Statements => ({
      run: (statement, values) => {
        names.push(statement.name);
        return statements.run(statement, values);
      },
    });
    const walls = { around: (id: string) => ({ ...system.walls.around(id), statements: counted(system.walls.around(id).statements) }) };
    const watched = { ...system, statements: counted(system.statements), walls };
    await using _worker = await startWorker(watched, { capacity: 1 });
    for (const memory of [false, true]) {
      names.length = 0;
      await runOf(await createCrew(ctx(), { ...twoTasks(), memory }));
      const ofMemory = names.filter((name) => name.includes("memor"));
      if (!memory) expect(ofMemory).toEqual([]);
      else {
        expect(ofMemory.filter((name) => name === "recall_memories")).toHaveLength(2);
        // The others are the commits of the steps, which carry it along.
        expect(ofMemory.filter((name) => name.startsWith("journal"))).toHaveLength(2);
        expect(ofMemory).toHaveLength(4);
      }
    }
  });
});
