import type { Ctx } from "../system.ts";
import { insertAuditEvent } from "./audit-repository.ts";

/**
 * Who did what to which thing, in the transaction that does it; at its commit PostgreSQL adds the row to the
 * workspace's chain. `detail` must hold no secret and no document text.
 */
export async function recordAudit(
  ctx: Ctx<"db" | "now" | "newId">,
  event: { action: `${string}.${string}`; subject: string; detail?: Record<string, unknown>; outcome?: "ok" | "refused" },
): Promise<void> {
  const { kind, userId, apiKeyId, oauthClientId, name, workspaceId } = ctx.actor;
  await insertAuditEvent(ctx.db, {
    id: ctx.newId("audit"),
    workspaceId,
    actor: { kind, userId, apiKeyId, ...(oauthClientId && { oauthClientId }), name },
    action: event.action,
    subject: event.subject,
    detail: event.detail ?? {},
    outcome: event.outcome ?? "ok",
    requestId: ctx.request?.requestId ?? null,
    address: ctx.request?.address ?? null,
    userAgent: ctx.request?.userAgent ?? null,
    createdAt: ctx.now().toISOString(),
  });
}
