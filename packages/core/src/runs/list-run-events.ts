import type { RunEvent } from "@crew/contracts/run-events";
import type { EventsQuery } from "@crew/contracts/runs";
import type { Ctx } from "../system.ts";
import { getRun } from "./get-run.ts";
import { listEventsAfter } from "./run-repository.ts";

/** Stored events after a number, in order. `nextAfter` is the last one's number, or `after` when there is none. */
export async function listRunEvents(
  ctx: Ctx<"statements">,
  runId: string,
  query: EventsQuery,
): Promise<{ data: RunEvent[]; nextAfter: number }> {
  await getRun(ctx, runId);
  return readRunEvents(ctx, runId, query);
}

/** For a reader who was let in before: the same without asking again whether the run is theirs. */
export async function readRunEvents(
  ctx: Ctx<"statements">,
  runId: string,
  query: EventsQuery,
): Promise<{ data: RunEvent[]; nextAfter: number }> {
  const data = await listEventsAfter(ctx.statements, runId, query.after, query.limit);
  return { data, nextAfter: data.at(-1)?.seq ?? query.after };
}
