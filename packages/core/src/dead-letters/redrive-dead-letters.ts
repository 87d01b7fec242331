import { MAX_LETTERS_AT_ONCE, type RedriveDeadLetters, type RedrivenDeadLetters } from "@crew/contracts/dead-letters";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { findCrew } from "../crews/crew-repository.ts";
import { findOpenLettersOfCrew } from "./dead-letter-repository.ts";
import { type RedriveCtx, redriveDeadLetter } from "./redrive-dead-letter.ts";

/** Each for itself: one that cannot be redriven keeps no other back. */
export async function redriveDeadLetters(ctx: RedriveCtx, wanted: RedriveDeadLetters): Promise<RedrivenDeadLetters> {
  requirePermission(ctx, "dead-letters:write");
  if ("crewId" in wanted && !(await findCrew(ctx.db, ctx.actor.workspaceId, wanted.crewId))) throw notFound("crew");
  const found =
    "ids" in wanted
      ? { ids: [...new Set(wanted.ids)], open: 0 }
      : await findOpenLettersOfCrew(ctx.db, ctx.actor.workspaceId, wanted.crewId, MAX_LETTERS_AT_ONCE);
  const told: RedrivenDeadLetters = { redriven: [], skipped: [], remaining: Math.max(0, found.open - found.ids.length) };
  for (const id of found.ids) {
    try {
      const { redrivenRunId } = await redriveDeadLetter(ctx, id);
      told.redriven.push({ id, runId: redrivenRunId });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      told.skipped.push({ id, message: error.message });
    }
  }
  return told;
}
