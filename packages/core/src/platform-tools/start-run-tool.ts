import type { Crew } from "@crew/contracts/crews";
import { type Run, StartRun } from "@crew/contracts/runs";
import { type EngineTool, ToolInputError } from "@crew/engine/tool";
import { findRun } from "../runs/run-repository.ts";
import { startRun } from "../runs/start-run.ts";
import { childRunId } from "./child-run-id.ts";
import { crewOf } from "./crew-of.ts";
import { crewArguments, platformTool, type Talk, type TalkCtx } from "./platform-tool.ts";

/**
 * Starts a run for the person. `idempotent`, since the run's id follows from the step. Where the conversation holds content
 * from outside, the gate has asked the person for these very inputs, and so they are theirs.
 */
export function startRunTool(talk: Talk): EngineTool {
  return platformTool(talk, {
    name: "start_run",
    class: "idempotent",
    description:
      "Starts one run of the crew with these inputs, for the person that you talk to. Every input that crew_inputs names is needed.",
    parameters: crewArguments(talk, { inputs: { type: "object", description: "a value for each input, by its name" } }, ["inputs"]),
    async work(ctx, args, { idempotencyKey }) {
      const crew = await crewOf(talk, ctx, args);
      const { data: input, error } = StartRun.pick({ inputs: true }).safeParse({ inputs: args.inputs });
      if (error) throw new ToolInputError("The inputs do not fit: each is a value by a name of at most 100 characters.");
      const run = await startOnce(ctx, crew, { ...input, documents: [] }, talk, childRunId(idempotencyKey));
      return { runId: run.id, crewName: run.crewName, state: run.state, link: `/runs/${run.id}` };
    },
  });
}

async function startOnce(ctx: TalkCtx, crew: Crew, input: StartRun, talk: Talk, runId: string): Promise<Run> {
  const find = () => findRun(ctx.statements, ctx.actor.workspaceId, runId);
  const known = await find();
  if (known) return known;
  const withId: TalkCtx = { ...ctx, newId: (prefix) => (prefix === "run" ? runId : ctx.newId(prefix)) };
  try {
    return await startRun(withId, crew.id, input, talk.origin);
  } catch (error) {
    // Another worker, which believes that it holds the answer too, was faster.
    const started = await find();
    if (started) return started;
    throw error;
  }
}
