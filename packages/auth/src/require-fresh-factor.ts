import { AppError } from "@crew/core/app-error";
import type { AuthSystem } from "./auth-system.ts";
import { findHolderByToken } from "./session-holder-rows.ts";

/**
 * Before what changes how somebody signs in, beside their password: throws `forbidden` when they have a second factor and
 * have not shown it within the last ten minutes. Without one nothing more is asked.
 */
export async function requireFreshFactor(system: AuthSystem, sessionToken: string): Promise<void> {
  const holder = await findHolderByToken(system, sessionToken);
  if (!holder?.hasSecondFactor || holder.isFresh) return;
  throw new AppError("forbidden", "Prove once more who you are, then repeat this: POST /v1/me/step-up with a code.", {
    remedy: "step_up",
  });
}
