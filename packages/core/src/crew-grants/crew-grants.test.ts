import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Permission } from "@crew/contracts/permissions";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { hear, readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "../access/actor.ts";
import { updateAgent } from "../agents/update-agent.ts";
import { decideApproval } from "../approvals/decide-approval.ts";
import { createCrew } from "../crews/create-crew.ts";
import { deleteCrew } from "../crews/delete-crew.ts";
import { getCrew } from "../crews/get-crew.ts";
import { listCrews } from "../crews/list-crews.ts";
import { updateCrew } from "../crews/update-crew.ts";
import { removeMember } from "../members/remove-member.ts";
import { cancelRun } from "../runs/cancel-run.ts";
import { getRun } from "../runs/get-run.ts";
import { listRunEvents } from "../runs/list-run-events.ts";
import { listRuns } from "../runs/list-runs.ts";
import { startRun } from "../runs/start-run.ts";
import { createTask } from "../tasks/create-task.ts";
import { listCrewGrants } from "./list-crew-grants.ts";
import { removeCrewGrant } from "./remove-crew-grant.ts";
import { setCrewGrant } from "./set-crew-grant.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const as = (actor: Actor) => ({ ...system, actor });
const inputs = { inputs: { topic: "tides" }, documents: [] };
const forbidden = { code: "forbidden" };

/** Two crews, and somebody whose role allows nothing of what is granted. */
async function house() {
  const owner = await createActor(system);
  const viewer = await createActor(system, { role: "viewer", workspaceId: owner.workspaceId });
  const crew = await createCrew(as(owner), buildCrew());
  const other = await createCrew(as(owner), buildCrew({ name: "Other" }));
  return { owner, viewer, crew, other, place: { crewId: crew.id, userId: viewer.userId } };
}

describe("a grant on one crew", () => {
  test("run: lets a viewer start that crew, and stop what they started, but no other [ASVS 8.2.2]", async () => {
    const { owner, viewer, crew, other, place } = await house();
    await expect(startRun(as(viewer), crew.id, inputs)).rejects.toMatchObject(forbidden);
    expect(await setCrewGrant(as(owner), place, { permissions: ["run", "run"] })).toMatchObject({
      userId: viewer.userId,
      permissions: ["run"],
    });
    const run = await startRun(as(viewer), crew.id, inputs);
    await expect(startRun(as(viewer), other.id, inputs)).rejects.toMatchObject(forbidden);
    await expect(cancelRun(as(viewer), (await startRun(as(owner), crew.id, inputs)).id)).rejects.toMatchObject(forbidden);
    expect((await cancelRun(as(viewer), run.id)).state).toBe("cancelled");
    await expect(updateCrew(as(viewer), crew.id, buildCrew())).rejects.toMatchObject(forbidden);
  });

  test("edit: the crew, its agents and its tasks, but not its deletion", async () => {
    const { owner, viewer, crew, other, place } = await house();
    await setCrewGrant(as(owner), place, { permissions: ["edit"] });
    expect((await updateCrew(as(viewer), crew.id, buildCrew({ name: "Mine" }))).name).toBe("Mine");
    const { id, ...fields } = crew.agents[0] as (typeof crew.agents)[number];
    await updateAgent(as(viewer), id, { ...fields, goal: "Less" });
    const { id: _, ...task } = crew.tasks[0] as (typeof crew.tasks)[number];
    await createTask(as(viewer), { ...task, crewId: crew.id, key: "more", position: 2 });
    await expect(createTask(as(viewer), { ...task, crewId: other.id, key: "more", position: 2 })).rejects.toMatchObject(forbidden);
    await expect(updateAgent(as(viewer), other.agents[0]?.id ?? "", fields)).rejects.toMatchObject(forbidden);
    await expect(deleteCrew(as(viewer), crew.id)).rejects.toMatchObject(forbidden);
    await expect(startRun(as(viewer), crew.id, inputs)).rejects.toMatchObject(forbidden);
  });

  test("see_traces: for whose role sees no runs, those of that crew alone", async () => {
    const { owner, viewer, crew, other, place } = await house();
    const permissions: Permission[] = ["crews:read"];
    const blind = as({ ...viewer, role: "custom", permissions });
    const seen = await startRun(as(owner), crew.id, inputs);
    const hidden = await startRun(as(owner), other.id, inputs);
    await expect(listRuns(blind, { limit: 5 })).rejects.toMatchObject(forbidden);
    await expect(getRun(blind, seen.id)).rejects.toMatchObject(forbidden);
    await setCrewGrant(as(owner), place, { permissions: ["see_traces"] });
    expect((await listRuns(blind, { limit: 5 })).data.map(({ id }) => id)).toEqual([seen.id]);
    expect((await listRuns(blind, { limit: 5, crewId: other.id })).data).toEqual([]);
    const sightless = as({ ...blind.actor, permissions: [] });
    expect((await listCrews(sightless, { limit: 5 })).data.map(({ id }) => id)).toEqual([crew.id]);
    expect((await getCrew(sightless, crew.id)).id).toBe(crew.id);
    await expect(getCrew(sightless, other.id)).rejects.toMatchObject(forbidden);
    expect((await listRunEvents(blind, seen.id, { after: 0, limit: 5 })).data).toHaveLength(1);
    await expect(getRun(blind, hidden.id)).rejects.toMatchObject(forbidden);
    await expect(getRun(blind, system.newId("run"))).rejects.toMatchObject(forbidden);
  });

  test("approve: what that crew's runs ask", async () => {
    const { owner, viewer, crew, place } = await house();
    const run = await startRun(as(owner), crew.id, inputs);
    const approvalId = system.newId("approval");
    await system.pool.query(
      `INSERT INTO approvals (id, workspace_id, run_id, step_key, kind, message, output, created_at)
       SELECT $1, workspace_id, id, 'task:0/human', 'human_input', 'Right?', 'Draft', now() FROM runs WHERE id = $2`,
      [uuidFromTypeId(approvalId), uuidFromTypeId(run.id)],
    );
    await system.pool.query("UPDATE runs SET state = 'waiting', reason = 'human_input' WHERE id = $1", [uuidFromTypeId(run.id)]);
    await expect(decideApproval(as(viewer), approvalId, { decision: "approve", feedback: "" })).rejects.toMatchObject(forbidden);
    await setCrewGrant(as(owner), place, { permissions: ["approve"] });
    expect(await decideApproval(as(viewer), approvalId, { decision: "approve", feedback: "" })).toMatchObject({ decision: "approve" });
  });

  test("T-07 widens no key and no app of its holder", async () => {
    const { owner, viewer, crew, place } = await house();
    await setCrewGrant(as(owner), place, { permissions: ["run", "edit"] });
    for (const kind of ["api_key", "oauth_client"] as const)
      await expect(startRun(as({ ...viewer, kind }), crew.id, inputs)).rejects.toMatchObject(forbidden);
  });

  test("counts for nothing where the workspace's second factor is lacking", async () => {
    const { owner, viewer, crew, place } = await house();
    await setCrewGrant(as(owner), place, { permissions: ["run"] });
    await expect(startRun(as({ ...viewer, lacksSecondFactor: true }), crew.id, inputs)).rejects.toMatchObject({
      detail: { remedy: "second_factor" },
    });
  });

  test("ends when it is taken back, and with the membership; both are audited and heard", async () => {
    const { owner, viewer, crew, place } = await house();
    await setCrewGrant(as(owner), place, { permissions: ["run"] });
    const { messages, stop } = await hear(system, `actor:${viewer.userId}`);
    await removeCrewGrant(as(owner), place);
    await stop();
    expect(messages).toEqual([{ type: "revoked" }]);
    await expect(startRun(as(viewer), crew.id, inputs)).rejects.toMatchObject(forbidden);
    await expect(removeCrewGrant(as(owner), place)).rejects.toMatchObject({ code: "not_found" });
    await setCrewGrant(as(owner), place, { permissions: ["run"] });
    await removeMember(as(owner), { workspaceId: owner.workspaceId, userId: viewer.userId });
    expect((await listCrewGrants(as(owner), crew.id, { limit: 5 })).data).toEqual([]);
    expect((await readAudit(system, owner.workspaceId)).map(({ action }) => action)).toEqual(
      expect.arrayContaining(["crew.grant_set", "crew.grant_removed", "member.removed"]),
    );
  });

  test("is given to members, on crews of the workspace, by who may", async () => {
    const { owner, viewer, crew, place } = await house();
    const stranger = await createActor(system);
    const grant = { permissions: ["run" as const] };
    await expect(setCrewGrant(as(viewer), place, grant)).rejects.toMatchObject(forbidden);
    await expect(setCrewGrant(as(owner), { crewId: crew.id, userId: stranger.userId }, grant)).rejects.toMatchObject({ code: "not_found" });
    await expect(setCrewGrant(as(stranger), { crewId: crew.id, userId: stranger.userId }, grant)).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(listCrewGrants(as(stranger), crew.id, { limit: 5 })).rejects.toMatchObject({ code: "not_found" });
    await expect(removeCrewGrant(as(stranger), place)).rejects.toMatchObject({ code: "not_found" });
  });
});
