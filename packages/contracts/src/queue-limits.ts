import { z } from "zod";
import { MaxExecutionSeconds } from "./agents.ts";
import { crewParams } from "./crews.ts";
import { endpoint } from "./endpoint.ts";

/** Among the runs of a workspace those of a higher priority go first. */
export const RunPriority = z.int().min(-100).max(100);

const MaxConcurrentRuns = z.int().min(1).max(1_000).nullable();

/** `null`: no limit. */
export const WorkspaceRunLimits = z
  .strictObject({
    /** Runs that move at the same time, chats included; the others wait in the queue. */
    maxConcurrentRuns: MaxConcurrentRuns,
    /** Runs that may wait in the queue; a start beyond that is refused with `limited`. */
    maxQueuedRuns: z.int().min(1).max(1_000_000).nullable(),
    /** For runs whose crew and start say nothing of it. */
    defaultMaxExecutionSeconds: MaxExecutionSeconds.nullable(),
  })
  .meta({ id: "WorkspaceRunLimits" });
export type WorkspaceRunLimits = z.infer<typeof WorkspaceRunLimits>;

export const CrewRunLimits = z
  .strictObject({
    maxConcurrentRuns: MaxConcurrentRuns,
    /** Of its runs that start from now on and name none. */
    priority: RunPriority,
  })
  .meta({ id: "CrewRunLimits" });
export type CrewRunLimits = z.infer<typeof CrewRunLimits>;

export const runLimitEndpoints = {
  getOfWorkspace: endpoint({
    method: "GET",
    path: "/v1/run-limits",
    tag: "Operate",
    summary: "How many runs the workspace may move and keep waiting, and how long each may take",
    response: WorkspaceRunLimits,
    status: 200,
    needs: "workspace:read",
  }),
  setOfWorkspace: endpoint({
    method: "PUT",
    path: "/v1/run-limits",
    tag: "Operate",
    summary: "Set the limits of the workspace's runs",
    body: WorkspaceRunLimits,
    response: WorkspaceRunLimits,
    status: 200,
    needs: "workspace:write",
  }),
  getOfCrew: endpoint({
    method: "GET",
    path: "/v1/crews/:crewId/run-limits",
    tag: "Operate",
    summary: "How many runs of a crew move at once, and how urgent they are",
    params: crewParams,
    response: CrewRunLimits,
    status: 200,
    needs: "crews:read",
  }),
  setOfCrew: endpoint({
    method: "PUT",
    path: "/v1/crews/:crewId/run-limits",
    tag: "Operate",
    summary: "Set the limits of a crew's runs",
    params: crewParams,
    body: CrewRunLimits,
    response: CrewRunLimits,
    status: 200,
    needs: "crews:write",
  }),
} as const;
