import type { System } from "../system.ts";
import { announceSecurityEvents } from "../webhooks/announce-security-events.ts";
import type { NotedSecurityEvent } from "./note-security-event.ts";
import { insertSecurityEvents } from "./security-event-repository.ts";
import { securitySeverity } from "./security-severity.ts";

/** Events that were alike within the second, as one. */
export interface SecurityEventBatchLine {
  event: NotedSecurityEvent;
  count: number;
  at: string;
}

/** Keeps a batch that the journal of this process has gathered, and has it told to who listens. */
export async function writeSecurityEvents(
  system: Pick<System, "db" | "statements" | "queue" | "newId">,
  batch: readonly SecurityEventBatchLine[],
): Promise<void> {
  const written = await insertSecurityEvents(
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
  await announceSecurityEvents(
    system,
    written.flatMap((row) => (row.workspaceId === null ? [] : [{ ...row, workspaceId: row.workspaceId }])),
  );
}
