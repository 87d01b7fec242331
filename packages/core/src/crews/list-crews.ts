import type { CrewSummary } from "@crew/contracts/crews";
import type { Page, PageQuery } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listCrewSummaries } from "./crew-repository.ts";

export async function listCrews(ctx: Ctx<"db">, query: PageQuery): Promise<Page<CrewSummary>> {
  requirePermission(ctx, "crews:read");
  return listCrewSummaries(ctx.db, ctx.actor.workspaceId, query);
}
