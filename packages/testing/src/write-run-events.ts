import type { RunEvent, RunEventType } from "@crew/contracts/run-events";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { insertQueuedRun } from "@crew/core/runs/insert-queued-run";
import type { System } from "@crew/core/system";
import { runEventsTable } from "@crew/db/run-events-table";

/** A run with its first event, that no worker has been told of. */
export async function insertTestRun(system: System, actor: Actor): Promise<Run> {
  return insertQueuedRun(
    { ...system, actor },
    { kind: "crew", crew: null, conversationId: null, title: "Test", inputs: {}, documents: [], tasksTotal: 0 },
  );
}

/** `rows`: as a worker does it for small events; `hint`: without them, as for large ones; `lost`: nobody hears. */
export type Telling = "rows" | "hint" | "lost";

/** Writes events after those up to `last` and tells the bus, as a worker's journal does. */
export async function writeRunEvents(
  system: System,
  runId: string,
  last: number,
  events: { type: RunEventType; data?: Record<string, unknown> }[],
  telling: Telling = "rows",
): Promise<RunEvent[]> {
  const at = new Date().toISOString();
  const rows = events.map(
    ({ type, data = {} }, index): RunEvent => ({ seq: last + index + 1, type, at, runId, taskId: null, agentId: null, data }),
  );
  await system.db.insert(runEventsTable).values(rows.map((row) => ({ ...row, key: `test:${row.seq}` })));
  const hint = { type: "events", fromSeq: last + 1, toSeq: last + rows.length } as const;
  if (telling === "rows") system.bus.publish(`run:${runId}`, { ...hint, events: rows });
  else if (telling === "hint") system.bus.publish(`run:${runId}`, hint);
  return rows;
}
