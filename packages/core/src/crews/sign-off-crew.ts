import type { Crew, SignOffCrew } from "@crew/contracts/crews";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceCrew } from "./announce-crew.ts";
import { findCrewForUpdate, insertSignOff } from "./crew-repository.ts";

/**
 * Takes the risk of the three-way rule for the version that was looked at. The next change of the crew makes another
 * version, which nobody has signed off.
 */
export async function signOffCrew(ctx: Ctx<"db" | "now" | "newId" | "bus">, crewId: string, { version }: SignOffCrew): Promise<Crew> {
  requirePermission(ctx, "security:write");
  const crew = await inTransaction(ctx, async (ctx) => {
    const { workspaceId, userId, name } = ctx.actor;
    const crew = await findCrewForUpdate(ctx.db, workspaceId, crewId);
    if (!crew) throw notFound("crew");
    if (crew.version !== version)
      throw new AppError("conflict", `The crew was changed meanwhile: it is at version ${crew.version}, not ${version}. Look at it again.`);
    if (!crew.containment.needsSignOff) return crew;
    const at = ctx.now().toISOString();
    await insertSignOff(ctx.db, { crewId, version, workspaceId, signedBy: userId, signedByName: name, signedAt: at });
    const { privateData, untrustedContent, openEgress } = crew.containment;
    const detail = { version, privateData, untrustedContent, openEgress };
    await recordAudit(ctx, { action: "crew.signed_off", subject: crewId, detail });
    return { ...crew, containment: { ...crew.containment, needsSignOff: false, signedOff: { by: name, at } } };
  });
  announceCrew(ctx, crewId);
  return crew;
}
