import type { CrewGrant } from "@crew/contracts/crew-grants";
import type { Page, PageQuery } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { findCrew } from "../crews/crew-repository.ts";
import type { Ctx } from "../system.ts";
import { listCrewGrantPage } from "./crew-grant-repository.ts";

export async function listCrewGrants(ctx: Ctx<"db">, crewId: string, query: PageQuery): Promise<Page<CrewGrant>> {
  requirePermission(ctx, "crews:grant");
  const { workspaceId } = ctx.actor;
  if (!(await findCrew(ctx.db, workspaceId, crewId))) throw notFound("crew");
  return listCrewGrantPage(ctx.db, workspaceId, crewId, query);
}
