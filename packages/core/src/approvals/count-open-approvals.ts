import { MAX_APPROVALS_COUNTED } from "@crew/contracts/approval-limits";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { countOpenApprovals as countRows } from "./approval-repository.ts";
import { crewsToAnswerFor } from "./crews-to-answer-for.ts";

/** For the mark beside the inbox: none for who may answer nothing. */
export async function countOpenApprovals(ctx: Ctx<"db" | "statements">): Promise<{ open: number }> {
  requirePermission(ctx, "workspace:read");
  const crews = await crewsToAnswerFor(ctx);
  if (crews.length === 0) return { open: 0 };
  return { open: await countRows(ctx.db, ctx.actor.workspaceId, MAX_APPROVALS_COUNTED, crews === "all" ? undefined : crews) };
}
