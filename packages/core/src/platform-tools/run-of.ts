import { RunId } from "@crew/contracts/ids";
import type { Run } from "@crew/contracts/runs";
import { notFound } from "../app-error.ts";
import { getRun } from "../runs/get-run.ts";
import type { Talk, TalkCtx } from "./platform-tool.ts";

/** The run of a crew that a call names. Answers of chats are not looked into: what people say to models is theirs. */
export async function runOf(talk: Talk, ctx: TalkCtx, args: Record<string, unknown>): Promise<Run> {
  const { data: runId } = RunId.safeParse(args.runId);
  if (runId === undefined) throw notFound("run");
  const run = await getRun(ctx, runId);
  if (run.kind !== "crew" || (talk.crewId !== null && run.crewId !== talk.crewId)) throw notFound("run");
  return run;
}
