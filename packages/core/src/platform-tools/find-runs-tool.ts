import { RunState } from "@crew/contracts/run-states";
import type { EngineTool } from "@crew/engine/tool";
import { listRuns } from "../runs/list-runs.ts";
import { platformTool, type Talk } from "./platform-tool.ts";

const MOST_RUNS = 20;

/** Without their texts: what was given to a run and what it said may be of strangers, and comes by `read_run` alone. */
export function findRunsTool(talk: Talk): EngineTool {
  const crewId = { type: "string", maxLength: 64, description: "of this crew alone" };
  return platformTool(talk, {
    name: "find_runs",
    class: "read",
    description: `Lists the newest runs of crews, ${MOST_RUNS} at most, with their state; what they said and why they failed is in read_run.`,
    parameters: {
      type: "object",
      properties: {
        ...(talk.crewId === null && { crewId }),
        state: { type: "string", enum: RunState.options, description: "only runs in this state; all when left out" },
      },
      additionalProperties: false,
    },
    async work(ctx, args) {
      const state = RunState.safeParse(args.state).data;
      const of = talk.crewId ?? (typeof args.crewId === "string" ? args.crewId : undefined);
      const { data } = await listRuns(ctx, { limit: MOST_RUNS, kind: "crew", ...(of && { crewId: of }), ...(state && { state }) });
      return {
        runs: data.map((run) => ({
          runId: run.id,
          crewId: run.crewId,
          crewName: run.crewName,
          state: run.state,
          reason: run.reason,
          errorCode: run.error?.code ?? null,
          startedBy: run.startedBy.name,
          createdAt: run.createdAt,
          endedAt: run.endedAt,
          link: `/runs/${run.id}`,
        })),
      };
    },
  });
}
