import { recordAudit } from "../../audit/record-audit.ts";
import { inTransaction } from "../../in-transaction.ts";
import { noteSecurityEvent } from "../../security/note-security-event.ts";
import type { Claim } from "./claim.ts";
import type { ExecutionSystem } from "./execution-system.ts";
import { runActor } from "./run-actor.ts";

/** The trace of what a run was not allowed to do, in the name of who started it. What it is about is refused either way. */
export async function noteRefusal(
  system: ExecutionSystem,
  claim: Claim,
  refusal: { action: "run.refused" | "tool.refused"; subject: string; detail: Record<string, unknown> },
): Promise<void> {
  const { action, detail } = refusal;
  const { run, workspaceId } = claim;
  const actor = runActor(claim);
  noteSecurityEvent(system, { kind: action, userId: actor?.userId ?? null, workspaceId, detail: { ...detail, runId: run.id } });
  if (!actor) return;
  try {
    await inTransaction({ ...system, actor }, (ctx) => recordAudit(ctx, { ...refusal, outcome: "refused" }));
  } catch (error) {
    system.log.warn({ err: error }, "a refusal could not be written to the audit log");
  }
}
