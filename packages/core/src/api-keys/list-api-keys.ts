import type { ApiKey } from "@crew/contracts/api-keys";
import type { Page, PageQuery } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listApiKeyPage } from "./api-key-repository.ts";

/** One's own, in this workspace. */
export async function listApiKeys(ctx: Ctx<"db">, query: PageQuery): Promise<Page<ApiKey>> {
  requirePermission(ctx, "api-keys:read");
  return listApiKeyPage(ctx.db, ctx.actor, query);
}
