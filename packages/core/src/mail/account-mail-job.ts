import { UserId } from "@crew/contracts/ids";
import { z } from "zod";
import { job } from "../job.ts";

/** Who asked for a mail, in the words that its reader sees. */
export const AskedFrom = z.strictObject({ address: z.string().max(64).nullable(), device: z.string().max(100) });
export type AskedFrom = z.infer<typeof AskedFrom>;

/** Nothing in it opens anything: tokens are made when the mail is, and addresses are read then. */
export const AccountMail = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.enum(["password_reset", "email_verification", "email_change"]),
    /** Null: nobody has the address; the job does nothing, and exists so that asking costs the same. */
    userId: UserId.nullable(),
    askedFrom: AskedFrom.nullable(),
  }),
  z.strictObject({
    kind: z.enum([
      "password_changed",
      "email_change_asked",
      "second_factor_enabled",
      "second_factor_disabled",
      "second_factor_locked",
      "recovery_code_used",
    ]),
    userId: UserId,
    askedFrom: AskedFrom.nullable(),
  }),
  // The person has another address by now, so this one has to be told where to go.
  z.strictObject({ kind: z.literal("email_changed"), userId: UserId, formerEmail: z.email().max(254) }),
]);
export type AccountMail = z.infer<typeof AccountMail>;

export const accountMailJob = job({ name: "account-mail", payload: AccountMail, retryLimit: 8, expireInSeconds: 60 });
