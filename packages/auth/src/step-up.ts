import { uuidFromTypeId } from "@crew/contracts/ids";
import type { StepUp } from "@crew/contracts/session";
import type { Actor } from "@crew/core/access/actor";
import { AppError } from "@crew/core/app-error";
import type { AuthSystem, Client } from "./auth-system.ts";
import { provePresence } from "./prove-presence.ts";
import { findHolderById, markProven } from "./session-holder-rows.ts";
import { useCode } from "./use-code.ts";

/**
 * Proves again who holds the session, for the next ten minutes: with a code by whoever has a second factor, since the
 * password alone may be what was stolen; with the password by everybody else.
 */
export async function stepUp(system: AuthSystem, actor: Actor, input: StepUp, client: Client): Promise<void> {
  const holder = actor.sessionId && (await findHolderById(system, actor.sessionId, uuidFromTypeId(actor.userId)));
  if (!holder) throw new AppError("unauthenticated", "This needs the session of a person who is signed in.");
  if (holder.hasSecondFactor) {
    if (input.code === undefined) throw new AppError("invalid", "You have a second factor: send a code of it.", { issues: codeNeeded });
    await useCode(system, { userUuid: holder.userId, client }, input.code, "any");
  } else {
    if (input.password === undefined)
      throw new AppError("invalid", "You have no second factor: send your password.", { issues: passwordNeeded });
    await provePresence(system, holder, input.password, client);
  }
  await markProven(system, holder.sessionId);
}

const codeNeeded = [{ path: "code", message: "is needed" }];
const passwordNeeded = [{ path: "password", message: "is needed" }];
