import type { Crew, CrewInput } from "@crew/contracts/crews";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceCrew } from "./announce-crew.ts";
import { changeCrew } from "./change-crew.ts";
import { draftCrew } from "./crew-draft.ts";

/** Writes the whole crew anew as its next version. Throws `stale` with the crew as it is when `ifMatch` is another version. */
export async function updateCrew(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "models" | "bus">,
  crewId: string,
  input: CrewInput,
  { ifMatch }: { ifMatch?: number } = {},
): Promise<Crew> {
  await requireCrewPermission(ctx, "edit", () => crewId);
  const crew = await inTransaction(ctx, async (ctx) => {
    const crew = await changeCrew(ctx, crewId, {
      ifMatch,
      currentOf: async (crew) => crew,
      apply: (crew) => draftCrew(ctx, input, crew),
    });
    await recordAudit(ctx, { action: "crew.updated", subject: crewId, detail: { name: crew.name, version: crew.version } });
    return crew;
  });
  announceCrew(ctx, crewId);
  return crew;
}
