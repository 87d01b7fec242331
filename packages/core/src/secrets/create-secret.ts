import { type CreateSecret, MAX_SECRETS, type Secret } from "@crew/contracts/secrets";
import { requirePermission } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { lockDataKeys } from "./data-key-repository.ts";
import { sealForWorkspace } from "./seal-for-workspace.ts";
import { secretLastFour } from "./secret-last-four.ts";
import { countSecrets, insertSecret, secretPlace } from "./secret-repository.ts";

export async function createSecret(
  ctx: Ctx<"db" | "now" | "newId" | "secrets">,
  { name, value, description, hosts }: CreateSecret,
): Promise<Secret> {
  requirePermission(ctx, "secrets:write");
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    // Of two that take the last place at once, one waits and is refused.
    await lockDataKeys(ctx.db, workspaceId);
    if ((await countSecrets(ctx.db, workspaceId)) >= MAX_SECRETS)
      throw new AppError("conflict", `A workspace has at most ${MAX_SECRETS} secrets. Delete one first.`);
    const at = ctx.now().toISOString();
    const secret: Secret = {
      id: ctx.newId("secret"),
      name,
      description,
      hosts,
      lastFour: secretLastFour(value),
      version: 1,
      updatedAt: at,
      updatedBy: ctx.actor.name,
      createdAt: at,
    };
    const valueSealed = await sealForWorkspace(ctx, secretPlace(secret), value);
    if (!(await insertSecret(ctx.db, { ...secret, workspaceId, valueSealed })))
      throw new AppError("conflict", `There is a secret named ${name} already. Give that one a new value, or choose another name.`);
    await recordAudit(ctx, { action: "secret.created", subject: secret.id, detail: { name, hosts } });
    return secret;
  });
}
