import { uuidFromTypeId } from "@crew/contracts/ids";
import { MAX_RECALLED } from "@crew/contracts/memories";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actingFor } from "../access/acting-for.ts";
import type { Actor } from "../access/actor.ts";
import { createCrew } from "../crews/create-crew.ts";
import { deleteCrew } from "../crews/delete-crew.ts";
import { startRun } from "../runs/start-run.ts";
import { deleteMemory } from "./delete-memory.ts";
import { listMemories } from "./list-memories.ts";
import { purgeMemories } from "./purge-memories.ts";
import { recallMemories } from "./recall-repository.ts";
import { searchWords } from "./search-words.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const forbidden = { code: "forbidden" };
const all = { crewId: null, runId: null, taintedOnly: false };

/** A crew with one run for each list of texts; `!` marks a tainted one. */
async function house(...texts: string[][]) {
  const owner = await createActor(system);
  const ctx = actingFor(system, owner);
  const crew = await createCrew(ctx, buildCrew({ memory: true }));
  const runs: string[] = [];
  for (const list of texts) {
    const run = await startRun(ctx, crew.id, { inputs: { topic: "x" }, documents: [] });
    runs.push(run.id);
    for (const [i, text] of list.entries()) {
      await system.pool.query(
        `INSERT INTO memories (id, workspace_id, crew_id, run_id, task_key, agent_key, source, text, tainted_by, created_at)
         VALUES ($1, $2, $3, $4, $5, 'scout', 'task_output', $6, $7, now())`,
        [
          ...[system.newId("memory"), owner.workspaceId, crew.id, run.id].map(uuidFromTypeId),
          `t${i}`,
          text,
          JSON.stringify(text.includes("!") ? ["http_get example.org"] : []),
        ],
      );
    }
  }
  return { owner, ctx, crew, runs };
}

const textsOf = async (actor: Actor, query: Partial<Parameters<typeof listMemories>[1]> = {}) =>
  (await listMemories(actingFor(system, actor), { limit: 25, ...query })).data.map(({ text }) => text);

describe("the list", () => {
  test("pages from new to old, and narrows by crew, run, taint and words", async () => {
    const { owner, ctx, crew, runs } = await house(["one tide", "two tides!"], ["three Tides"]);
    const first = await listMemories(ctx, { limit: 2 });
    expect(first.data.map(({ text }) => text)).toEqual(["three Tides", "two tides!"]);
    expect(first.data[1]).toMatchObject({
      crewId: crew.id,
      crewName: "Brief",
      runId: runs[0],
      taskKey: "t1",
      agentKey: "scout",
      tainted: true,
    });
    expect(await textsOf(owner, { cursor: first.nextCursor ?? "" })).toEqual(["one tide"]);
    expect(await textsOf(owner, { runId: runs[0] ?? "" })).toEqual(["two tides!", "one tide"]);
    expect(await textsOf(owner, { crewId: crew.id, tainted: "false" })).toEqual(["three Tides", "one tide"]);
    expect(await textsOf(owner, { tainted: "true" })).toEqual(["two tides!"]);
    expect(await textsOf(owner, { query: "TIDES" })).toEqual(["three Tides", "two tides!"]);
    expect(await textsOf(owner, { query: "tides three" })).toEqual(["three Tides"]);
    expect(await textsOf(owner, { query: " " })).toHaveLength(3);
    expect(await textsOf(owner, { query: "'\\ & | ! :* ()" })).toEqual([]);
  });

  test("shows nobody another workspace's, and nothing without the permission", async () => {
    const { owner } = await house(["secret"]);
    expect(await textsOf(await createActor(system))).toEqual([]);
    expect(await textsOf(await createActor(system, { role: "viewer", workspaceId: owner.workspaceId }))).toEqual(["secret"]);
    await expect(textsOf({ ...owner, permissions: [] })).rejects.toMatchObject(forbidden);
  });
});

describe("forgetting", () => {
  test("T-18 by one memory, by run, by crew and by taint, each noted without the texts", async () => {
    const { owner, ctx, crew, runs } = await house(["a", "b!"], ["c", "d!"], ["e!"]);
    const [newest] = (await listMemories(ctx, { limit: 1 })).data;
    await deleteMemory(ctx, newest?.id ?? "");
    expect(await textsOf(owner)).toEqual(["d!", "c", "b!", "a"]);
    expect(await purgeMemories(ctx, { ...all, runId: runs[0] ?? "", taintedOnly: true })).toEqual({ removed: 1 });
    expect(await textsOf(owner)).toEqual(["d!", "c", "a"]);
    expect(await purgeMemories(ctx, { ...all, taintedOnly: true })).toEqual({ removed: 1 });
    expect(await purgeMemories(ctx, { ...all, runId: runs[1] ?? "" })).toEqual({ removed: 1 });
    expect(await purgeMemories(ctx, { ...all, crewId: crew.id })).toEqual({ removed: 1 });
    expect(await textsOf(owner)).toEqual([]);
    const acts = (await readAudit(system, owner.workspaceId)).filter(({ action }) => /^memor/.test(action));
    expect(acts.map(({ action }) => action).sort()).toEqual([
      "memories.purged",
      "memories.purged",
      "memories.purged",
      "memories.purged",
      "memory.deleted",
    ]);
    expect(acts.find(({ action }) => action === "memory.deleted")).toMatchObject({
      subject: newest?.id,
      detail: { runId: runs[2], taskKey: "t0" },
    });
  });

  test("goes with the crew, and leaves the other crews' alone", async () => {
    const { owner, ctx, crew } = await house(["mine"]);
    const kept = await house(["theirs"]);
    await deleteCrew(ctx, crew.id);
    expect(await textsOf(owner)).toEqual([]);
    expect(await textsOf(kept.owner)).toEqual(["theirs"]);
  });

  test("T-05 is for who may, in their own workspace", async () => {
    const { owner, ctx, crew, runs } = await house(["kept"]);
    const [memory] = (await listMemories(ctx, { limit: 1 })).data;
    const id = memory?.id ?? "";
    const stranger = actingFor(system, await createActor(system));
    await expect(deleteMemory(stranger, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(purgeMemories(stranger, { ...all, crewId: crew.id })).rejects.toMatchObject({ code: "not_found" });
    await expect(purgeMemories(stranger, { ...all, runId: runs[0] ?? "" })).rejects.toMatchObject({ code: "not_found" });
    expect(await purgeMemories(stranger, { ...all, taintedOnly: true })).toEqual({ removed: 0 });
    const viewer = actingFor(system, await createActor(system, { role: "viewer", workspaceId: owner.workspaceId }));
    await expect(deleteMemory(viewer, id)).rejects.toMatchObject(forbidden);
    await expect(purgeMemories(viewer, { ...all, crewId: crew.id })).rejects.toMatchObject(forbidden);
    expect(await textsOf(owner)).toEqual(["kept"]);
  });
});

describe("recall", () => {
  test("any words of a task make a query that PostgreSQL takes", async () => {
    const { ctx, owner, crew } = await house(["tides rise"]);
    const recall = (text: string) =>
      recallMemories(ctx.statements, {
        workspaceId: owner.workspaceId,
        crewId: crew.id,
        runId: system.newId("run"),
        words: searchWords(text),
      });
    for (const text of [
      "'tides'",
      "tides & | ! <-> :* (",
      "\\'tides\\\\",
      "tides\u0000rise",
      "a ' & ' | tides",
      `${"x".repeat(5_000)} tides`,
      "\ud800 tides",
    ])
      expect(
        (await recall(text)).map((one) => one.text),
        JSON.stringify(text),
      ).toEqual(["tides rise"]);
    for (const text of ["", "   ", "!!! ???", "& | !", "x".repeat(90_000), "the one and all of it"])
      expect(await recall(text), text).toEqual([]);
    expect(MAX_RECALLED).toBe(5);
  });

  test("short words count only where there are no others, and each word once", () => {
    expect(searchWords("Write the report of the Tides, write it!")).toBe("write report tides");
    expect(searchWords("Do it")).toBe("do it");
    expect(searchWords("天气 und 2026 Q3")).toBe("天气 2026 q3");
    expect(searchWords(Array.from({ length: 500 }, (_, i) => `word${i}`).join(" ")).split(" ")).toHaveLength(100);
  });
});
