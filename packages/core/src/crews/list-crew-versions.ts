import type { CrewVersion } from "@crew/contracts/crews";
import type { Page, PageQuery } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findCrew, listCrewVersions as listVersions } from "./crew-repository.ts";

export async function listCrewVersions(ctx: Ctx<"db">, crewId: string, query: PageQuery): Promise<Page<CrewVersion>> {
  requirePermission(ctx, "crews:read");
  const { workspaceId } = ctx.actor;
  if (!(await findCrew(ctx.db, workspaceId, crewId))) throw notFound("crew");
  return listVersions(ctx.db, workspaceId, crewId, query);
}
