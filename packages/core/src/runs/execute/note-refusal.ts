import type { Actor } from "../../access/actor.ts";
import { recordAudit } from "../../audit/record-audit.ts";
import { inTransaction } from "../../in-transaction.ts";
import { noteSecurityEvent } from "../../security/note-security-event.ts";
import type { Claim } from "./claim.ts";
import type { ExecutionSystem } from "./execution-system.ts";

/** The trace of what a run was not allowed to do, in the name of who started it. What it is about is refused either way. */
export async function noteRefusal(
  system: ExecutionSystem,
  { run, workspaceId, authority, starterId }: Claim,
  refusal: { action: "run.refused" | "tool.refused"; subject: string; detail: Record<string, unknown> },
): Promise<void> {
  const { action, detail } = refusal;
  const userId = starterId ?? run.startedBy.userId;
  noteSecurityEvent(system, { kind: action, userId, workspaceId, detail: { ...detail, runId: run.id } });
  if (userId === null) return;
  const actor: Actor = {
    kind: authority?.apiKeyId ? "api_key" : authority?.oauthClientId ? "oauth_client" : "user",
    userId,
    apiKeyId: authority?.apiKeyId ?? null,
    oauthClientId: authority?.oauthClientId ?? null,
    name: run.startedBy.name,
    workspaceId,
    role: "viewer",
    permissions: [],
  };
  try {
    await inTransaction({ ...system, actor }, (ctx) => recordAudit(ctx, { ...refusal, outcome: "refused" }));
  } catch (error) {
    system.log.warn({ err: error, runId: run.id }, "a refusal could not be written to the audit log");
  }
}
