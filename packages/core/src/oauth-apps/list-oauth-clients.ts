import type { OAuthClient } from "@crew/contracts/oauth-clients";
import type { Page, PageQuery } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listOAuthClientPage } from "./oauth-client-repository.ts";

export async function listOAuthClients(ctx: Ctx<"db">, query: PageQuery): Promise<Page<OAuthClient>> {
  requirePermission(ctx, "oauth-clients:read");
  return listOAuthClientPage(ctx.db, ctx.actor.workspaceId, query);
}
