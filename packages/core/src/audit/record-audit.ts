import type { Ctx } from "../system.ts";
import { insertAuditEvent } from "./audit-repository.ts";

/** Who did what to which thing, in the transaction that does it. `detail` must hold no secret and no document text. */
export async function recordAudit(
  ctx: Ctx<"db" | "now" | "newId">,
  event: { action: `${string}.${string}`; subject: string; detail?: Record<string, unknown> },
): Promise<void> {
  const { kind, userId, apiKeyId, name, workspaceId } = ctx.actor;
  await insertAuditEvent(ctx.db, {
    id: ctx.newId("audit"),
    workspaceId,
    actor: { kind, userId, apiKeyId, name },
    action: event.action,
    subject: event.subject,
    detail: event.detail ?? {},
    requestId: ctx.request?.requestId ?? null,
    createdAt: ctx.now().toISOString(),
  });
}
