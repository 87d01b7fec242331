import type { Document, Inputs } from "@crew/contracts/crews";
import type { RunKind } from "@crew/contracts/run-states";
import type { Run, RunStarter } from "@crew/contracts/runs";
import type { StoredAuthority } from "@crew/db/runs-table";
import type { Actor } from "../access/actor.ts";
import type { Ctx } from "../system.ts";
import { insertRun } from "./queue-repository.ts";
import { refuseHalted, refuseOverfull } from "./refuse-start.ts";

/**
 * What started a run by itself, for the person or key that the actor is. Whoever makes a run of the inputs of another
 * hands on its trigger: inputs count as content from outside by it.
 */
export interface RunSource {
  kind: "schedule" | "trigger" | "chat";
  name: string;
}

export interface QueuedRun {
  kind: RunKind;
  crew: { id: string; version: number } | null;
  conversationId: string | null;
  /** In no list, and without words once its conversation is gone. */
  isTemporary?: boolean;
  title: string;
  inputs: Inputs;
  documents: readonly Document[];
  tasksTotal: number;
  source?: RunSource;
  /** Absent: the crew's. */
  priority?: number | undefined;
  /** Absent: what the crew's version says, else the workspace. */
  maxExecutionSeconds?: number | undefined;
}

/** Part of the caller's transaction: who commits it has a run that some worker will take, whatever dies meanwhile. */
export async function insertQueuedRun(ctx: Ctx<"db" | "now" | "newId">, queued: QueuedRun): Promise<Run> {
  const id = ctx.newId("run");
  const createdAt = ctx.now().toISOString();
  const startedBy: RunStarter = {
    kind: queued.source?.kind ?? (queued.kind === "chat" ? "chat" : ctx.actor.kind),
    userId: ctx.actor.userId,
    name: queued.source?.name ?? ctx.actor.name,
  };
  const { kind, conversationId, isTemporary = false, title, inputs, tasksTotal } = queued;
  const crewId = queued.crew?.id ?? null;
  const crewVersion = queued.crew?.version ?? null;
  const row = {
    id,
    kind,
    crewId,
    crewVersion,
    conversationId,
    isTemporary,
    title,
    inputs,
    startedBy,
    tasksTotal,
    createdAt,
    state: "queued" as const,
  };
  const { workspaceId, userId: startedByUserId } = ctx.actor;
  const placed = await insertRun(
    ctx.db,
    { ...row, workspaceId, startedByUserId, authority: authorityOf(ctx.actor), apiKeyId: ctx.actor.apiKeyId, lastSeq: 1 },
    { documents: queued.documents, priority: queued.priority ?? null, maxExecutionSeconds: queued.maxExecutionSeconds ?? null },
  );
  // After the insert, since one statement tells all of it: what is refused here is rolled back whole.
  refuseHalted(placed.halt);
  refuseOverfull(placed);
  return {
    id,
    kind,
    crewId,
    crewName: title,
    crewVersion,
    conversationId,
    state: "queued",
    reason: null,
    inputs,
    priority: placed.priority,
    deadlineAt: placed.deadlineAt,
    attempt: 0,
    totals: { modelCalls: 0, toolCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: "0.00" },
    progress: { stepsDone: 0, tasksDone: 0, tasksTotal },
    output: null,
    error: null,
    startedBy,
    createdAt,
    startedAt: null,
    endedAt: null,
  };
}

/** A key or an app goes no further than it did at the start; of a person the run asks again what they may. */
export function authorityOf({ kind, apiKeyId, oauthClientId, permissions }: Actor): StoredAuthority | null {
  return kind === "user" ? null : { apiKeyId, oauthClientId: oauthClientId ?? null, scopes: [...permissions] };
}
