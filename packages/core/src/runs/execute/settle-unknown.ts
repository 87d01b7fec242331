import { type AskedTool, type Place, RunFailure, type ToolOutcome } from "@crew/engine/host";
import type { ExecutionContext } from "./execution-context.ts";
import { idempotencyKeyOf } from "./idempotency-key-of.ts";
import { askPerson, type Question } from "./people.ts";

/** What the row of a call that was begun says of it until it is done. */
export interface BegunCall {
  /** How often it was begun: each time that its outcome is lost is a question of its own. */
  times: number;
  worker: string;
}

type Told = Pick<Question, "message"> & { key: string; startedAt: string | null; worker: string | null };

/** What makes the outcome of a call unknown, and the question that it is asked by; `undefined`: nothing does. */
function unknownOf({ journal }: ExecutionContext, key: string, { tool }: AskedTool): Told | undefined {
  const known = journal.contents.steps.get(key);
  if (known?.state === "started") {
    const begun = known.result as BegunCall | null;
    return {
      key: begun === null || begun.times < 2 ? `${key}/attention` : `${key}/attention:${begun.times}`,
      message: `The worker was lost while ${tool.name} was running. It may or may not have had its effect, so it was not repeated.`,
      startedAt: known.startedAt ? new Date(known.startedAt).toISOString() : null,
      worker: begun?.worker ?? null,
    };
  }
  const { restoredFrom } = journal.claim;
  if (restoredFrom === null) return undefined;
  return {
    key: `${key}/restored`,
    message: `This installation was restored from a backup of ${restoredFrom}. What the run did after that moment is not known here: ${tool.name} may have been called already, so it was not called.`,
    startedAt: null,
    worker: null,
  };
}

/**
 * An unsafe call was begun and its worker died, or the run came out of a backup and may have made it since: a person says
 * what became of it. An outcome takes the place of the call's; `undefined`: it runs, for the first time or once more.
 */
export async function settleUnknown(
  context: ExecutionContext,
  key: string,
  call: AskedTool,
  place: Place,
): Promise<ToolOutcome | undefined> {
  const unknown = call.tool.class === "unsafe" ? unknownOf(context, key, call) : undefined;
  if (!unknown) return undefined;
  const { name } = call.tool;
  const { decision, feedback, isByDeadline } = await askPerson(
    context,
    unknown.key,
    {
      kind: "needs_attention",
      message: unknown.message,
      output: JSON.stringify({ tool: name, arguments: call.args }, null, 2),
      unknownCall: {
        tool: name,
        arguments: call.args,
        startedAt: unknown.startedAt,
        worker: unknown.worker,
        idempotencyKey: idempotencyKeyOf(context, key),
      },
    },
    place,
  );
  const words = feedback.trim() === "" ? "" : ` ${feedback.trim()}`;
  if (decision === "did_not_happen") return undefined;
  if (decision === "happened") return { text: feedback || "The call had its effect; its answer was lost.", isError: false };
  if (decision === "skip") {
    const who = isByDeadline ? "" : " A person has decided to go on without it.";
    return { text: `Whether this call had its effect is unknown, and it was not repeated.${who}${words}`, isError: true };
  }
  throw new RunFailure("needs_attention", `A person ended the run, since the outcome of ${name} is unknown.${words}`);
}
