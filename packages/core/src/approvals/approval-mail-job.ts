import { ApprovalId, UserId } from "@crew/contracts/ids";
import { z } from "zod";
import { job } from "../job.ts";

/** One mail to one person; the token is made when the mail is, so that no queue ever holds one. */
export const approvalMailJob = job({
  name: "approval-mail",
  payload: z.strictObject({
    approvalId: ApprovalId,
    /** Null: to whom the crew names for questions that nobody answered. */
    userId: UserId.nullable(),
  }),
  retryLimit: 8,
  expireInSeconds: 60,
  workspace: { table: "approvals", id: "approvalId" },
});
