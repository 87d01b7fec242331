import type { EgressRules } from "@crew/contracts/egress";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { findEgressRules } from "./egress-rules-repository.ts";

export async function getEgressRules(ctx: Ctx<"db">): Promise<EgressRules> {
  requirePermission(ctx, "security:read");
  return findEgressRules(ctx.db, ctx.actor.workspaceId);
}
