import { AppError } from "../app-error.ts";
import { findUser } from "../sessions/user-repository.ts";
import type { Ctx } from "../system.ts";
import { requireSecondFactor } from "./require-second-factor.ts";

/**
 * First line of a verb that concerns the whole installation, instead of `requirePermission`: no role of a workspace grants
 * it. Throws `forbidden` for everybody but an operator in a session of their own; a key, an app or a token of a session
 * could be one that was made for something much smaller.
 */
export async function requireOperator(ctx: Ctx<"db">): Promise<void> {
  requireSecondFactor(ctx.actor);
  const { kind, sessionId, userId } = ctx.actor;
  if (kind !== "user" || !sessionId)
    throw new AppError("forbidden", "This needs an operator of the installation who is signed in, not a key, an app or a token.");
  if ((await findUser(ctx.db, userId))?.isOperator) return;
  throw new AppError(
    "forbidden",
    "This concerns the whole installation and is for its operators. Whoever runs it makes you one: npm run account -- operator <e-mail> on",
  );
}
