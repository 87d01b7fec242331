import { InvitationId } from "@crew/contracts/ids";
import { z } from "zod";
import { job } from "../job.ts";

/** The token is not in it: the invitation's row keeps it sealed until the mail is out. */
export const invitationMailJob = job({
  name: "invitation-mail",
  payload: z.strictObject({ invitationId: InvitationId }),
  retryLimit: 8,
  expireInSeconds: 60,
  workspace: { table: "invitations", id: "invitationId" },
});
