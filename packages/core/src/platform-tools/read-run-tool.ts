import { inputTaint } from "@crew/engine/taint";
import type { EngineTool } from "@crew/engine/tool";
import { listApprovalRows } from "../approvals/approval-repository.ts";
import { findRunDefinition, listLastEvents, listTaskOutputs } from "../runs/run-repository.ts";
import { platformTool, type Talk } from "./platform-tool.ts";
import { runDigest } from "./run-digest.ts";
import { runOf } from "./run-of.ts";
import { listRunTaint } from "./run-taint-repository.ts";

const LAST_EVENTS = 60;

/** What a run has done, from its rows. It is as tainted as the run: what was read from outside may stand in any of it. */
export function readRunTool(talk: Talk): EngineTool {
  return platformTool(talk, {
    name: "read_run",
    class: "read",
    description:
      "What a run was given, how far it has come, what its tasks said, why it failed or waits, what it cost, and its last events.",
    parameters: {
      type: "object",
      properties: { runId: { type: "string", maxLength: 64, description: "id of the run, run_…" } },
      required: ["runId"],
      additionalProperties: false,
    },
    async work(ctx, args, { markOutside }) {
      const run = await runOf(talk, ctx, args);
      const outputs = await listTaskOutputs(ctx.db, run.id);
      const { documents } = await findRunDefinition(ctx.db, run);
      const events = await listLastEvents(ctx.statements, run.id, LAST_EVENTS);
      const approvals = await listApprovalRows(ctx.db, ctx.actor.workspaceId, run.id);
      const source = run.startedBy.kind === "trigger" ? `trigger ${run.startedBy.name}` : null;
      const given = Object.keys(run.inputs).map((name) => `{${name}}`);
      for (const mark of inputTaint(given, run.inputs, source)) markOutside(mark);
      for (const { name } of documents) markOutside(`document ${name}`);
      for (const mark of await listRunTaint(ctx.statements, run.id)) markOutside(mark);
      return runDigest({ run, outputs, documents, events, approvals });
    },
  });
}
