import { type DiscardDeadLetters, MAX_LETTERS_AT_ONCE } from "@crew/contracts/dead-letters";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { findCrew } from "../crews/crew-repository.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { discardLetters, findOpenLettersOfCrew } from "./dead-letter-repository.ts";

/** All that are open of those at once, with one reason. */
export async function discardDeadLetters(
  ctx: Ctx<"db" | "bus" | "now" | "newId">,
  wanted: DiscardDeadLetters,
): Promise<{ discarded: number; remaining: number }> {
  requirePermission(ctx, "dead-letters:write");
  const { workspaceId, name: by } = ctx.actor;
  const { reason } = wanted;
  const result = await inTransaction(ctx, async (ctx) => {
    if ("crewId" in wanted && !(await findCrew(ctx.db, workspaceId, wanted.crewId))) throw notFound("crew");
    const found =
      "ids" in wanted ? { ids: wanted.ids, open: 0 } : await findOpenLettersOfCrew(ctx.db, workspaceId, wanted.crewId, MAX_LETTERS_AT_ONCE);
    const letterIds = found.ids.length === 0 ? [] : await discardLetters(ctx.db, workspaceId, found.ids, { by, reason });
    const subject = "crewId" in wanted ? wanted.crewId : workspaceId;
    if (letterIds.length > 0) await recordAudit(ctx, { action: "dead_letters.discarded", subject, detail: { letterIds, reason } });
    return { letterIds, remaining: Math.max(0, found.open - found.ids.length) };
  });
  for (const id of result.letterIds.slice(0, 1)) ctx.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "dead_letter", id });
  return { discarded: result.letterIds.length, remaining: result.remaining };
}
