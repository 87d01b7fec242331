import { uuidFromTypeId } from "@crew/contracts/ids";
import type { BusMessage, BusTopic, System } from "@crew/core/system";

export interface AuditTrace {
  action: string;
  subject: string;
  actor: { kind: string; userId: string; name: string };
  detail: Record<string, unknown>;
}

/** What the audit log says of this workspace, oldest first. */
export async function readAudit(system: Pick<System, "statements">, workspaceId: string): Promise<AuditTrace[]> {
  return system.statements.run<AuditTrace>(
    {
      name: "test_read_audit",
      text: "SELECT action, subject, actor, detail FROM audit_events WHERE workspace_id = $1 ORDER BY created_at, id",
    },
    [uuidFromTypeId(workspaceId)],
  );
}

/** Collects what is published on a topic from now on. With the in-process bus it has come when the verb returns. */
export async function hear(system: Pick<System, "bus">, topic: BusTopic): Promise<{ messages: BusMessage[]; stop: () => Promise<void> }> {
  const messages: BusMessage[] = [];
  return { messages, stop: await system.bus.subscribe(topic, (message) => messages.push(message)) };
}
