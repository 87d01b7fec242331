import type { EgressRules, UpdateEgressRules } from "@crew/contracts/egress";
import { requirePermission } from "../access/require-permission.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { findEgressRules, saveEgressRules } from "./egress-rules-repository.ts";

/** Counts for the next call of every run, also of those under way. Crews keep their own lists, which reach no further than this. */
export async function updateEgressRules(ctx: Ctx<"db" | "now" | "newId">, input: UpdateEgressRules): Promise<EgressRules> {
  requirePermission(ctx, "security:write");
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId, name } = ctx.actor;
    const before = await findEgressRules(ctx.db, workspaceId);
    const rules = {
      allow: input.allow && unique(input.allow),
      deny: unique(input.deny),
      updatedBy: name,
      updatedAt: ctx.now().toISOString(),
    };
    await saveEgressRules(ctx.db, { workspaceId, ...rules });
    const detail = { allow: rules.allow, deny: rules.deny, before: { allow: before.allow, deny: before.deny } };
    await recordAudit(ctx, { action: "egress_rules.updated", subject: workspaceId, detail });
    return rules;
  });
}

function unique(hosts: readonly string[]): string[] {
  return [...new Set(hosts)];
}
