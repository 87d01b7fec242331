import type { Crew, CrewInput } from "@crew/contracts/crews";
import { requirePermission } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceCrew } from "./announce-crew.ts";
import { draftCrew } from "./crew-draft.ts";
import { countCrews } from "./crew-repository.ts";
import { requireValidCrew } from "./require-valid-crew.ts";
import { writeNewCrew } from "./write-new-crew.ts";

const MAX_CREWS = 1_000;

export async function createCrew(ctx: Ctx<"db" | "now" | "newId" | "models" | "bus">, input: CrewInput): Promise<Crew> {
  requirePermission(ctx, "crews:write");
  const crew = await inTransaction(ctx, async (ctx) => {
    const draft = draftCrew(ctx, input);
    await requireValidCrew(ctx, draft);
    if ((await countCrews(ctx.db, ctx.actor.workspaceId)) >= MAX_CREWS)
      throw new AppError("conflict", `A workspace holds at most ${MAX_CREWS} crews. Delete one first.`);
    const crew = await writeNewCrew(ctx, draft);
    await recordAudit(ctx, { action: "crew.created", subject: crew.id, detail: { name: crew.name } });
    return crew;
  });
  announceCrew(ctx, crew.id);
  return crew;
}
