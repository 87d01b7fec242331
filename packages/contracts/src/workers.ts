import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { CrewId, RunId, WorkerId } from "./ids.ts";
import { RunKind, WaitReason } from "./run-states.ts";

/** A run that a worker moves at this moment. */
export const HeldRun = z.object({
  runId: RunId,
  crewId: CrewId.nullable(),
  /** Name of the crew; of a chat, its title. */
  name: z.string(),
  kind: RunKind,
  attempt: z.int(),
  /** Since its lease was renewed last; every 3 s while the worker is well. */
  leaseAgeMs: z.int(),
  /** Since it was first taken up. */
  runningMs: z.int(),
  /** What it has told last, such as `llm_call_started`, and the step which that was about. */
  lastEvent: z.string(),
  stepKey: z.string().nullable(),
});
export type HeldRun = z.infer<typeof HeldRun>;

/** A process that executes runs. */
export const Worker = z
  .object({
    id: WorkerId,
    host: z.string(),
    pid: z.int(),
    version: z.string(),
    /** Runs that it moves at the same time at most. */
    capacity: z.int(),
    /** Runs that it moves now, those of other workspaces included. */
    running: z.int(),
    startedAt: z.iso.datetime(),
    heartbeatAgeMs: z.int(),
    /** Those of this workspace, the oldest first; at most fifty are shown. */
    runs: z.array(HeldRun),
  })
  .meta({ id: "Worker" });
export type Worker = z.infer<typeof Worker>;

const depth = { count: z.int(), oldestMs: z.int() };
const rate = z.object({ startedPerMinute: z.number(), endedPerMinute: z.number() });

/** All of this workspace, but the workers themselves and the jobs, which it shares with others. */
export const Operations = z
  .object({
    workers: z.array(Worker),
    /** Runs that wait for a worker, by kind. */
    queued: z.array(z.object({ kind: RunKind, ...depth })),
    /** Runs that wait for something else, by reason. */
    waiting: z.array(z.object({ reason: WaitReason, ...depth })),
    running: z.int(),
    rates: z.object({ last5Minutes: rate, last60Minutes: rate }),
    openDeadLetters: z.int(),
    /** Jobs of the whole installation by name: those that are due, those under way, those that come later. */
    jobs: z.array(z.object({ name: z.string(), due: z.int(), active: z.int(), later: z.int(), oldestMs: z.int() })),
  })
  .meta({ id: "Operations" });
export type Operations = z.infer<typeof Operations>;

export const workerEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/workers",
    tag: "Operate",
    summary: "Who runs what: workers with the runs that they hold, the queue's depth, rates",
    response: Operations,
    needs: "workers:read",
    status: 200,
  }),
} as const;
