import type { OAuthGrant } from "@crew/contracts/oauth-grants";
import type { Page, PageQuery } from "@crew/contracts/page";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listOAuthGrantPage } from "./oauth-grant-repository.ts";

/** One's own, in this workspace. */
export async function listOAuthGrants(ctx: Ctx<"db">, query: PageQuery): Promise<Page<OAuthGrant>> {
  requirePermission(ctx, "workspace:read");
  return listOAuthGrantPage(acrossWorkspaces(ctx).db, ctx.actor, query);
}
