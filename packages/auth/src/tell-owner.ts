import { typeIdFromUuid } from "@crew/contracts/ids";
import { type AccountMail, accountMailJob } from "@crew/core/mail/account-mail-job";
import { askedFrom } from "./auth-call.ts";
import type { AuthSystem } from "./auth-system.ts";
import type { Acting } from "./second-factor-rows.ts";

type News = Extract<AccountMail["kind"], `second_factor_${string}` | "recovery_code_used">;

/** By mail, so that whoever did not do it themselves hears of it. */
export async function tellOwner(system: AuthSystem, { userUuid, client }: Acting, kind: News): Promise<void> {
  const userId = typeIdFromUuid("user", userUuid);
  await system.queue.send(system.db, accountMailJob, { kind, userId, askedFrom: askedFrom(client) });
}
