import { approvalMailJob } from "@crew/core/approvals/approval-mail-job";
import { sendApprovalMail } from "@crew/core/approvals/send-approval-mail";
import { checkAuditChains, checkAuditChainsJob } from "@crew/core/audit/check-audit-chains";
import { invitationMailJob } from "@crew/core/invitations/invitation-mail-job";
import { sendInvitationMail } from "@crew/core/invitations/send-invitation-mail";
import { accountMailJob } from "@crew/core/mail/account-mail-job";
import { sendAccountMail } from "@crew/core/mail/send-account-mail";
import { removeExpired, removeExpiredJob } from "@crew/core/maintenance/remove-expired";
import { foldReadMarks, foldReadMarksJob } from "@crew/core/read-marks/fold-read-marks";
import type { System } from "@crew/core/system";
import { rotateSigningKeys, rotateSigningKeysJob } from "@crew/core/tokens/rotate-signing-keys";
import { type JobHandler, jobHandler } from "@crew/platform/queue/boss-queue";

/** Every job and its verb. */
export function jobHandlers(system: System): JobHandler[] {
  return [
    jobHandler(checkAuditChainsJob, async () => {
      await checkAuditChains(system);
    }),
    jobHandler(removeExpiredJob, () => removeExpired(system)),
    jobHandler(foldReadMarksJob, () => foldReadMarks(system)),
    jobHandler(rotateSigningKeysJob, () => rotateSigningKeys(system)),
    jobHandler(invitationMailJob, (mail) => sendInvitationMail(system, mail)),
    jobHandler(approvalMailJob, (mail) => sendApprovalMail(system, mail)),
    jobHandler(accountMailJob, (mail) => sendAccountMail(system, mail)),
  ];
}
