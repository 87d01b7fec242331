import type { CrewSummary } from "@crew/contracts/crews";
import type { Page, PageQuery } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import { requireSecondFactor } from "../access/require-second-factor.ts";
import { listGrantedCrews } from "../crew-grants/crew-grant-repository.ts";
import type { Ctx } from "../system.ts";
import { listCrewSummaries } from "./crew-repository.ts";

/** All of the workspace or, without the permission, those on which one was granted something. */
export async function listCrews(ctx: Ctx<"db" | "statements">, query: PageQuery): Promise<Page<CrewSummary>> {
  const { actor } = ctx;
  const granted = actor.permissions.includes("crews:read") || actor.kind !== "user" ? [] : await listGrantedCrews(ctx.statements, actor);
  if (granted.length > 0) requireSecondFactor(actor);
  else requirePermission(ctx, "crews:read");
  return listCrewSummaries(ctx.db, actor.workspaceId, query, granted.length > 0 ? granted : undefined);
}
