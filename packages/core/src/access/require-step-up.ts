import { uuidFromTypeId } from "@crew/contracts/ids";
import { AppError } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { acrossWorkspaces } from "./acting-for.ts";
import { hasFreshProof } from "./session-proof-repository.ts";

export const STEP_UP_SECONDS = 10 * 60;

/**
 * Before what a stolen session must not do: throws `forbidden` unless its person has proven who they are within the last
 * ten minutes. The local owner without e-mail and password has nothing to prove it with, and passes.
 */
export async function requireStepUp(ctx: Ctx<"statements">): Promise<void> {
  const { kind, sessionId, userId } = ctx.actor;
  if (kind !== "user" || !sessionId) throw new AppError("forbidden", "This needs a person who is signed in, not a key or an app.");
  if (await hasFreshProof(acrossWorkspaces(ctx).statements, sessionId, uuidFromTypeId(userId), STEP_UP_SECONDS)) return;
  throw new AppError("forbidden", "Prove once more who you are, then repeat this: POST /v1/me/step-up with your password or a code.", {
    remedy: "step_up",
  });
}
