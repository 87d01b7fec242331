import type { DeadLetter, DeadLetterListQuery } from "@crew/contracts/dead-letters";
import type { Page } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listLetterPage } from "./dead-letter-repository.ts";

export async function listDeadLetters(ctx: Ctx<"db">, query: DeadLetterListQuery): Promise<Page<DeadLetter>> {
  requirePermission(ctx, "dead-letters:read");
  return listLetterPage(ctx.db, ctx.actor.workspaceId, query);
}
