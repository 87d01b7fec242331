import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "@crew/core/access/actor";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { deadRunOf } from "@crew/testing/dead-run-of";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ROLE_PERMISSIONS } from "../access/require-permission.ts";
import { createCrew } from "../crews/create-crew.ts";
import { deleteCrew } from "../crews/delete-crew.ts";
import { getRun } from "../runs/get-run.ts";
import { listRunLinks } from "../runs/list-run-links.ts";
import { startRun } from "../runs/start-run.ts";
import { discardDeadLetter } from "./discard-dead-letter.ts";
import { discardDeadLetters } from "./discard-dead-letters.ts";
import { getDeadLetter } from "./get-dead-letter.ts";
import { listDeadLetters } from "./list-dead-letters.ts";
import { redriveDeadLetter } from "./redrive-dead-letter.ts";
import { redriveDeadLetters } from "./redrive-dead-letters.ts";

let system: TestSystem;
let ada: Actor;
let crewId: string;

beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());
beforeEach(async () => {
  ada = await createActor(system);
  ({ id: crewId } = await createCrew(ctx(), buildCrew()));
});

const ctx = (actor: Actor = ada) => ({ ...system, actor });
const as = (...permissions: Actor["permissions"][number][]): Actor => ({ ...ada, permissions });

async function deadRun(code?: string): Promise<{ runId: string; letterId: string }> {
  const documents = [{ name: "notes.txt", text: "ten words" }];
  const { id: runId } = await startRun(ctx(), crewId, { inputs: { topic: "tides" }, documents });
  return { runId, letterId: await deadRunOf(system, runId, code) };
}
const list = async (query = {}) => (await listDeadLetters(ctx(), { limit: 25, ...query })).data;
const audited = async (action: string) =>
  (await system.pool.query("SELECT subject, detail FROM audit_events WHERE action = $1 AND actor->>'userId' = $2", [action, ada.userId]))
    .rows;
const refusal = (promise: Promise<unknown>) => expect(promise).rejects;

describe("the list", () => {
  test("is filtered and comes in pages, newest first", async () => {
    const first = await deadRun();
    const second = await deadRun("internal");
    await discardDeadLetter(ctx(), first.letterId, "A test");
    const ids = async (query: object) => (await list(query)).map(({ id }) => id);
    expect(await ids({})).toEqual([second.letterId, first.letterId]);
    expect(await ids({ state: "open" })).toEqual([second.letterId]);
    expect(await ids({ code: "model_connection" })).toEqual([first.letterId]);
    expect(await ids({ kind: "job" })).toEqual([]);
    expect(await ids({ crewId: system.newId("crew") })).toEqual([]);
    const page = await listDeadLetters(ctx(), { limit: 1 });
    expect(page.nextCursor).not.toBeNull();
    expect(await ids({ cursor: page.nextCursor })).toEqual([first.letterId]);
  });

  test("tells of one why it died and what it was to do", async () => {
    const { letterId, runId } = await deadRun();
    const letter = await getDeadLetter(ctx(), letterId);
    expect(letter).toMatchObject({ runId, title: "Brief", code: "model_connection", attempts: 1, notRedrivable: null });
    expect(letter).toMatchObject({ inputs: { topic: "tides" }, documents: [{ name: "notes.txt", characters: 9 }], payload: null });
    expect(letter.events.map(({ type }) => type)).toEqual(["run_queued", "crew_kickoff_failed"]);
  });

  test("is not for everybody, nor for other workspaces", async () => {
    const { letterId } = await deadRun();
    await refusal(listDeadLetters(ctx(as(...ROLE_PERMISSIONS.viewer)), { limit: 25 })).toMatchObject({ code: "forbidden" });
    const eve = await createActor(system);
    await refusal(getDeadLetter(ctx(eve), letterId)).toMatchObject({ code: "not_found" });
    expect((await listDeadLetters(ctx(eve), { limit: 25 })).data).toEqual([]);
  });
});

describe("a redrive", () => {
  test("makes a new run for whoever asks, with the old one's inputs and documents, and each knows of the other", async () => {
    const { letterId, runId } = await deadRun();
    const bob = await createActor(system, { workspaceId: ada.workspaceId, name: "Bob" });
    const letter = await redriveDeadLetter(ctx(bob), letterId);
    expect(letter).toMatchObject({ state: "redriven", resolvedBy: "Bob" });
    const run = await getRun(ctx(), letter.redrivenRunId ?? "");
    expect(run).toMatchObject({ state: "queued", inputs: { topic: "tides" }, startedBy: { userId: bob.userId }, attempt: 1 });
    expect((await system.pool.query("SELECT count(*)::int FROM run_documents")).rows[0].count).toBeGreaterThanOrEqual(2);
    expect(await listRunLinks(ctx(), run.id)).toEqual({ links: [{ kind: "redrive_of", runId }], linkedBy: [], deadLetter: null });
    expect(await listRunLinks(ctx(), runId)).toEqual({
      links: [],
      linkedBy: [{ kind: "redrive_of", runId: run.id }],
      deadLetter: { id: letterId, state: "redriven" },
    });
    expect(await getRun(ctx(), runId)).toMatchObject({ state: "failed" });
  });

  test("happens once: of many at the same time one does it", async () => {
    const { letterId } = await deadRun();
    const all = await Promise.allSettled([1, 2, 3, 4].map(() => redriveDeadLetter(ctx(), letterId)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of all) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "conflict" });
    expect(
      (await system.pool.query("SELECT count(*)::int FROM runs WHERE crew_id IS NOT NULL AND state = 'queued' AND effects_key IS NOT NULL"))
        .rows[0].count,
    ).toBeLessThanOrEqual(2);
    expect(await audited("dead_letter.redriven")).toHaveLength(1);
  });

  test("of a run that an event from outside started keeps that its inputs came from outside", async () => {
    const { letterId, runId } = await deadRun();
    await system.pool.query(`UPDATE runs SET started_by = started_by || '{"kind":"trigger","name":"Shop"}' WHERE id = $1`, [
      uuidFromTypeId(runId),
    ]);
    const { redrivenRunId } = await redriveDeadLetter(ctx(), letterId);
    expect((await getRun(ctx(), redrivenRunId ?? "")).startedBy).toEqual({ kind: "trigger", name: "Shop", userId: ada.userId });
  });

  test("needs the right to redrive and the right to run the crew", async () => {
    const { letterId } = await deadRun();
    await refusal(redriveDeadLetter(ctx(as("dead-letters:read", "runs:start")), letterId)).toMatchObject({ code: "forbidden" });
    await refusal(redriveDeadLetter(ctx(as("dead-letters:write")), letterId)).toMatchObject({ code: "forbidden" });
    await refusal(redriveDeadLetter(ctx(await createActor(system)), letterId)).toMatchObject({ code: "not_found" });
    expect((await list())[0]?.state).toBe("open");
  });

  test("of a crew that was deleted, or of what was discarded, is refused with the reason", async () => {
    const [gone, discarded] = [await deadRun(), await deadRun()];
    await discardDeadLetter(ctx(), discarded.letterId, "A test");
    await refusal(redriveDeadLetter(ctx(), discarded.letterId)).toMatchObject({
      code: "conflict",
      message: expect.stringContaining("A test"),
    });
    await deleteCrew(ctx(), crewId);
    await refusal(redriveDeadLetter(ctx(), gone.letterId)).toMatchObject({ code: "conflict", message: expect.stringContaining("deleted") });
  });

  test("of many tells which were redriven and why others were not", async () => {
    const [first, second, third] = [await deadRun(), await deadRun(), await deadRun()];
    await discardDeadLetter(ctx(), second.letterId, "A test");
    const some = await redriveDeadLetters(ctx(), { ids: [first.letterId, second.letterId] });
    expect(some.redriven.map(({ id }) => id)).toEqual([first.letterId]);
    expect(some.skipped).toEqual([{ id: second.letterId, message: expect.stringContaining("discarded") }]);
    const rest = await redriveDeadLetters(ctx(), { crewId });
    expect(rest).toMatchObject({ redriven: [{ id: third.letterId, runId: expect.stringMatching(/^run_/) }], skipped: [], remaining: 0 });
    expect(await audited("dead_letter.redriven")).toHaveLength(2);
    await refusal(redriveDeadLetters(ctx(), { crewId: system.newId("crew") })).toMatchObject({ code: "not_found" });
  });
});

describe("a discard", () => {
  test("keeps the letter with the reason and who gave it, once", async () => {
    const { letterId } = await deadRun();
    await refusal(discardDeadLetter(ctx(as("dead-letters:read")), letterId, "no")).toMatchObject({ code: "forbidden" });
    expect(await discardDeadLetter(ctx(), letterId, "Asked for the wrong year")).toMatchObject({ state: "discarded", resolvedBy: "Ada" });
    expect((await list())[0]).toMatchObject({ state: "discarded", reason: "Asked for the wrong year" });
    await refusal(discardDeadLetter(ctx(), letterId, "again")).toMatchObject({ code: "conflict" });
    await refusal(discardDeadLetter(ctx(), system.newId("letter"), "none")).toMatchObject({ code: "not_found" });
    expect(await audited("dead_letter.discarded")).toEqual([
      { subject: letterId, detail: expect.objectContaining({ reason: "Asked for the wrong year" }) },
    ]);
  });

  test("of all of a crew leaves those of others", async () => {
    const { id: other } = await createCrew(ctx(), buildCrew({ name: "Other" }));
    const mine = [await deadRun(), await deadRun()];
    const { id: run } = await startRun(ctx(), other, { inputs: { topic: "x" }, documents: [] });
    const kept = await deadRunOf(system, run);
    expect(await discardDeadLetters(ctx(), { crewId, reason: "A test" })).toEqual({ discarded: 2, remaining: 0 });
    expect((await list({ state: "open" })).map(({ id }) => id)).toEqual([kept]);
    expect(await discardDeadLetters(ctx(), { ids: [kept, mine[0]?.letterId ?? ""], reason: "Too" })).toEqual({
      discarded: 1,
      remaining: 0,
    });
    expect(await audited("dead_letters.discarded")).toHaveLength(2);
  });
});
