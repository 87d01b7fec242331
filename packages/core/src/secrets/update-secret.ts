import type { Secret, UpdateSecret } from "@crew/contracts/secrets";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { covers } from "../egress/host-patterns.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { sealForWorkspace } from "./seal-for-workspace.ts";
import { secretLastFour } from "./secret-last-four.ts";
import { lockSecret, secretPlace, updateSecretRow } from "./secret-repository.ts";

/** What uses the secret takes the new value with its next call. */
export async function updateSecret(
  ctx: Ctx<"db" | "now" | "newId" | "secrets">,
  secretId: string,
  { value, description, hosts }: UpdateSecret,
): Promise<Secret> {
  requirePermission(ctx, "secrets:write");
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId, name: updatedBy } = ctx.actor;
    const before = await lockSecret(ctx.db, workspaceId, secretId);
    if (!before) throw notFound("secret");
    if (value === undefined) refuseNewHosts(before.hosts, hosts ?? []);
    const after: Secret = { ...before, description: description ?? before.description, hosts: hosts ?? before.hosts };
    if (value === undefined) {
      await updateSecretRow(ctx.db, workspaceId, secretId, { description: after.description, hosts: after.hosts });
    } else {
      Object.assign(after, { lastFour: secretLastFour(value), version: before.version + 1, updatedAt: ctx.now().toISOString(), updatedBy });
      const valueSealed = await sealForWorkspace(ctx, secretPlace(after), value);
      const { lastFour, version, updatedAt } = after;
      await updateSecretRow(ctx.db, workspaceId, secretId, {
        description: after.description,
        hosts: after.hosts,
        lastFour,
        version,
        updatedAt,
        updatedBy,
        valueSealed,
      });
    }
    const fields = Object.entries({ value, description, hosts }).flatMap(([field, given]) => (given === undefined ? [] : [field]));
    await recordAudit(ctx, { action: "secret.updated", subject: secretId, detail: { name: before.name, version: after.version, fields } });
    return after;
  });
}

/** Else whoever may edit a secret could have its write-only value sent to a host of their own, and read it there. */
function refuseNewHosts(before: readonly string[], hosts: readonly string[]): void {
  const added = hosts.filter((host) => !before.some((known) => covers(known, host)));
  if (added.length === 0) return;
  throw new AppError("invalid", `The value was given for other hosts. Give it again to let it be sent to ${added.join(", ")}.`, {
    issues: [{ path: "value", message: "is needed with another host" }],
  });
}
