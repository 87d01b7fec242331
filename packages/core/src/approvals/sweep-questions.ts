import type { System } from "../system.ts";
import { approvalMailJob } from "./approval-mail-job.ts";
import { type DueQuestion, markEscalated, sweepQuestionRows, takeReaders, tellWaitingRun } from "./due-question-repository.ts";

type Needs = Pick<System, "db" | "statements" | "queue" | "bus">;

/** What is due of the questions that wait, every second: one statement, and a transaction for each that needs mail. */
export async function sweepQuestions(system: Needs): Promise<void> {
  for (const question of await sweepQuestionRows(system.statements)) {
    if (question.due === "unannounced") await announce(system, question);
    else {
      if (question.due === "escalates") await escalate(system, question);
      tell(system, question);
    }
  }
}

/** A mail for each reader, if and only if the question is marked as announced. */
async function announce({ db, queue }: Needs, { approvalId }: DueQuestion): Promise<void> {
  await db.transaction(async (db) => {
    for (const userId of await takeReaders(db, approvalId)) await queue.send(db, approvalMailJob, { approvalId, userId });
  });
}

/** The same time once more, and mail to whom the crew names. */
async function escalate({ db, queue }: Needs, { approvalId, runId }: DueQuestion): Promise<void> {
  await db.transaction(async (db) => {
    const escalated = await markEscalated(db, approvalId);
    if (!escalated) return;
    await tellWaitingRun(db, runId, {
      key: `${approvalId}/escalated`,
      type: "human_feedback_escalated",
      data: { approvalId, to: escalated.escalateTo },
    });
    await queue.send(db, approvalMailJob, { approvalId, userId: null });
  });
}

function tell({ bus }: Needs, { approvalId, runId, workspaceId }: DueQuestion): void {
  bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "approval", id: approvalId });
  bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "run", id: runId });
  // Readers of the run find the new event by reading the rows.
  bus.publish(`run:${runId}`, { type: "events", fromSeq: 0, toSeq: 0 });
}
