import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "@crew/core/access/actor";
import { decideApproval } from "@crew/core/approvals/decide-approval";
import { cancelRun } from "@crew/core/runs/cancel-run";
import { createActor } from "./actors.ts";
import type { TestSystem } from "./open-test-system.ts";
import { atOnce, audited, expectSame, expectWinners, one, type Race } from "./race.ts";
import { insertTestRun } from "./write-run-events.ts";

/** The races on what becomes of a run that waits for people. */
export const RUN_RACES: Record<string, Race> = {
  "a question is answered once": async (system) => {
    const { actor, runId, approvalId } = await parkedRun(system);
    const answer = (i: number) =>
      decideApproval({ ...system, actor }, approvalId, { decision: i % 2 === 0 ? "approve" : "fail", feedback: "" });
    expectWinners(1, await atOnce(answer));
    expectSame("answers in the log", await audited(system, actor, "approval.decided"), 1);
    expectSame("state", await one(system, "SELECT state AS value FROM runs WHERE id = $1", runId), "queued");
  },
  "a run that waits is stopped once, or goes on": async (system) => {
    const { actor, runId, approvalId } = await parkedRun(system);
    const ctx = { ...system, actor };
    await atOnce((i) => (i % 2 === 0 ? cancelRun(ctx, runId) : decideApproval(ctx, approvalId, { decision: "approve", feedback: "" })));
    expectSame(
      "ends of the run",
      await one(system, `SELECT count(*)::int AS value FROM run_events WHERE type = 'run_cancelled' AND run_id = $1`, runId),
      1,
    );
    expectSame("state", await one(system, "SELECT state AS value FROM runs WHERE id = $1", runId), "cancelled");
    expectSame("stops in the log", Number(await audited(system, actor, "run.cancelled")) >= 1, true);
    expectSame("answers in the log", Number(await audited(system, actor, "approval.decided")) <= 1, true);
  },
};

async function parkedRun(system: TestSystem): Promise<{ actor: Actor; runId: string; approvalId: string }> {
  const actor = await createActor(system);
  const { id: runId } = await insertTestRun(system, actor);
  const approvalId = system.newId("approval");
  await system.pool.query(
    `INSERT INTO approvals (id, workspace_id, run_id, step_key, kind, message, output, created_at)
     SELECT $1, workspace_id, id, 'task:0/human', 'human_input', 'Is this right?', 'A draft', now() FROM runs WHERE id = $2`,
    [uuidFromTypeId(approvalId), uuidFromTypeId(runId)],
  );
  await system.pool.query("UPDATE runs SET state = 'waiting', reason = 'human_input', lease_owner = NULL WHERE id = $1", [
    uuidFromTypeId(runId),
  ]);
  return { actor, runId, approvalId };
}
