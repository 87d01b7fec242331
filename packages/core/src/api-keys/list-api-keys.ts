import type { ApiKey, ApiKeyQuery } from "@crew/contracts/api-keys";
import type { Page, PageQuery } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listApiKeyPage } from "./api-key-repository.ts";

/** One's own in this workspace or, for who manages members, everybody's. */
export async function listApiKeys(ctx: Ctx<"db">, { owner, ...page }: PageQuery & Partial<ApiKeyQuery>): Promise<Page<ApiKey>> {
  requirePermission(ctx, "api-keys:read");
  if (owner === "all") requirePermission(ctx, "members:write");
  const { workspaceId, userId } = ctx.actor;
  return listApiKeyPage(ctx.db, owner === "all" ? { workspaceId } : { workspaceId, userId }, page);
}
