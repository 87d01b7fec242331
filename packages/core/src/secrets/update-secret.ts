import type { Secret, UpdateSecret } from "@crew/contracts/secrets";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { sealForWorkspace } from "./seal-for-workspace.ts";
import { secretLastFour } from "./secret-last-four.ts";
import { lockSecret, secretPlace, updateSecretRow } from "./secret-repository.ts";

/** What uses the secret takes the new value with its next call. */
export async function updateSecret(
  ctx: Ctx<"db" | "now" | "newId" | "secrets">,
  secretId: string,
  { value, description }: UpdateSecret,
): Promise<Secret> {
  requirePermission(ctx, "secrets:write");
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId, name: updatedBy } = ctx.actor;
    const before = await lockSecret(ctx.db, workspaceId, secretId);
    if (!before) throw notFound("secret");
    const after: Secret = { ...before, description: description ?? before.description };
    if (value === undefined) {
      await updateSecretRow(ctx.db, workspaceId, secretId, { description: after.description });
    } else {
      Object.assign(after, { lastFour: secretLastFour(value), version: before.version + 1, updatedAt: ctx.now().toISOString(), updatedBy });
      const valueSealed = await sealForWorkspace(ctx, secretPlace(after), value);
      const { lastFour, version, updatedAt } = after;
      await updateSecretRow(ctx.db, workspaceId, secretId, {
        description: after.description,
        lastFour,
        version,
        updatedAt,
        updatedBy,
        valueSealed,
      });
    }
    const fields = [...(value === undefined ? [] : ["value"]), ...(description === undefined ? [] : ["description"])];
    await recordAudit(ctx, { action: "secret.updated", subject: secretId, detail: { name: before.name, version: after.version, fields } });
    return after;
  });
}
