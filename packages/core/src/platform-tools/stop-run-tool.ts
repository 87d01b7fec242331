import type { EngineTool } from "@crew/engine/tool";
import { cancelRun } from "../runs/cancel-run.ts";
import { platformTool, type Talk } from "./platform-tool.ts";
import { runOf } from "./run-of.ts";

export function stopRunTool(talk: Talk): EngineTool {
  return platformTool(talk, {
    name: "stop_run",
    class: "idempotent",
    description: "Stops a run for good. Only when the person has asked for it.",
    parameters: {
      type: "object",
      properties: { runId: { type: "string", maxLength: 64, description: "id of the run, run_…" } },
      required: ["runId"],
      additionalProperties: false,
    },
    async work(ctx, args) {
      const { id } = await runOf(talk, ctx, args);
      const { crewName, state } = await cancelRun(ctx, id);
      return { runId: id, crewName, state, link: `/runs/${id}` };
    },
  });
}
