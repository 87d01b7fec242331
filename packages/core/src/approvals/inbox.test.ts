import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { plantQuestion } from "@crew/testing/plant-question";
import { hear } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../access/actor.ts";
import { setCrewGrant } from "../crew-grants/set-crew-grant.ts";
import { createCrew } from "../crews/create-crew.ts";
import { removeExpired } from "../maintenance/remove-expired.ts";
import { cancelRun } from "../runs/cancel-run.ts";
import { startRun } from "../runs/start-run.ts";
import { countOpenApprovals } from "./count-open-approvals.ts";
import { decideApproval } from "./decide-approval.ts";
import { getApproval } from "./get-approval.ts";
import { listInbox } from "./list-inbox.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const as = (actor: Actor) => ({ ...system, actor });

async function house() {
  const owner = await createActor(system);
  const crews = [await createCrew(as(owner), buildCrew({ name: "First" })), await createCrew(as(owner), buildCrew({ name: "Second" }))];
  const ask = async (crew: 0 | 1, question?: Parameters<typeof plantQuestion>[2]) => {
    const run = await startRun(as(owner), crews[crew]?.id ?? "", { inputs: { topic: "tides" }, documents: [] });
    return { runId: run.id, id: await plantQuestion(system, run.id, question) };
  };
  const ids = async (actor: Actor, query: Partial<Parameters<typeof listInbox>[1]> = {}) =>
    (await listInbox(as(actor), { limit: 25, state: "open", ...query })).data.map(({ id }) => id);
  return { owner, crews, ask, ids };
}

test("shows what waits in all runs, newest first, with who asks; filtered, in pages, and what was decided apart", async () => {
  const { owner, crews, ask, ids } = await house();
  const first = await ask(0);
  const second = await ask(1, { kind: "tool_call", message: "May I?" });
  const third = await ask(1);
  expect(await ids(owner)).toEqual([third.id, second.id, first.id]);
  expect(await ids(owner, { kind: "tool_call" })).toEqual([second.id]);
  expect(await ids(owner, { crewId: crews[0]?.id })).toEqual([first.id]);
  const page = await listInbox(as(owner), { limit: 2, state: "open" });
  expect(page.data.map(({ id }) => id)).toEqual([third.id, second.id]);
  expect(await ids(owner, { cursor: page.nextCursor ?? "" })).toEqual([first.id]);
  expect(page.data[1]).toMatchObject({ crewName: "Second", runId: second.runId, agentRole: "Scout", taskKey: "find", message: "May I?" });
  expect(await countOpenApprovals(as(owner))).toEqual({ open: 3 });
  await decideApproval(as(owner), third.id, { decision: "approve", feedback: "" });
  expect(await ids(owner)).toEqual([second.id, first.id]);
  expect(await ids(owner, { state: "decided" })).toEqual([third.id]);
  expect(await getApproval(as(owner), third.id)).toMatchObject({ decision: "approve", crewName: "Second" });
  expect(await countOpenApprovals(as(owner))).toEqual({ open: 2 });
});

test("is for who may answer: by role, or by a grant of the crew, and then no more than that", async () => {
  const { owner, crews, ask, ids } = await house();
  const first = await ask(0);
  const second = await ask(1);
  const viewer = await createActor(system, { role: "viewer", workspaceId: owner.workspaceId });
  const forbidden = { code: "forbidden" };
  await expect(ids(viewer)).rejects.toMatchObject(forbidden);
  expect(await countOpenApprovals(as(viewer))).toEqual({ open: 0 });
  await setCrewGrant(as(owner), { crewId: crews[0]?.id ?? "", userId: viewer.userId }, { permissions: ["approve"] });
  expect(await ids(viewer)).toEqual([first.id]);
  expect(await ids(viewer, { crewId: crews[1]?.id })).toEqual([]);
  expect(await countOpenApprovals(as(viewer))).toEqual({ open: 1 });
  expect((await getApproval(as(viewer), first.id)).id).toBe(first.id);
  await expect(getApproval(as(viewer), second.id)).rejects.toMatchObject(forbidden);
  await expect(ids({ ...viewer, kind: "api_key" })).rejects.toMatchObject(forbidden);
  await expect(ids({ ...viewer, lacksSecondFactor: true })).rejects.toMatchObject({ detail: { remedy: "second_factor" } });
  const stranger = await createActor(system);
  expect(await ids(stranger)).toEqual([]);
  await expect(getApproval(as(stranger), first.id)).rejects.toMatchObject({ code: "not_found" });
});

test("what a stopped run had asked waits no more, and is withdrawn in time", async () => {
  const { owner, ask, ids } = await house();
  const asked = await ask(0);
  await cancelRun(as(owner), asked.runId);
  expect(await ids(owner)).toEqual([]);
  expect(await countOpenApprovals(as(owner))).toEqual({ open: 0 });
  await expect(decideApproval(as(owner), asked.id, { decision: "approve", feedback: "" })).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("does not wait"),
  });
  await removeExpired(system);
  expect((await getApproval(as(owner), asked.id)).decision).toBe("withdrawn");
});

test("an answer is told to every open console", async () => {
  const { owner, ask } = await house();
  const asked = await ask(0);
  const { messages, stop } = await hear(system, `workspace:${owner.workspaceId}`);
  await decideApproval(as(owner), asked.id, { decision: "approve", feedback: "" });
  await expect.poll(() => messages).toContainEqual({ type: "changed", what: "approval", id: asked.id });
  await stop();
});
