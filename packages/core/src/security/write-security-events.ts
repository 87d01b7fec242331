import type { System } from "../system.ts";
import type { NotedSecurityEvent } from "./note-security-event.ts";
import { insertSecurityEvents } from "./security-event-repository.ts";
import { securitySeverity } from "./security-severity.ts";

/** Events that were alike within the second, as one. */
export interface SecurityEventBatchLine {
  event: NotedSecurityEvent;
  count: number;
  at: string;
}

/** Keeps a batch that the journal of this process has gathered; who listens is told. */
export async function writeSecurityEvents(system: Pick<System, "statements">, batch: readonly SecurityEventBatchLine[]): Promise<void> {
  await insertSecurityEvents(
    system.statements,
    batch.map(({ event, count, at }) => ({
      kind: event.kind,
      severity: securitySeverity(event.kind),
      workspaceId: event.workspaceId ?? null,
      userId: event.userId ?? null,
      address: event.address ?? null,
      detail: event.detail ?? {},
      count,
      at,
    })),
  );
}
