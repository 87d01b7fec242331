import { type AskedTool, type Place, RunFailure, type ToolOutcome } from "@crew/engine/host";
import type { ExecutionContext } from "./execution-context.ts";
import { idempotencyKeyOf } from "./idempotency-key-of.ts";
import { askPerson } from "./people.ts";

/** What the row of a call that was begun says of it until it is done. */
export interface BegunCall {
  /** How often it was begun: each time that its outcome is lost is a question of its own. */
  times: number;
  worker: string;
}

/**
 * An unsafe call was begun and its worker died: a person says what became of it. An outcome takes the place of the
 * call's; `undefined`: it runs, for the first time or once more.
 */
export async function settleUnknown(
  context: ExecutionContext,
  key: string,
  call: AskedTool,
  place: Place,
): Promise<ToolOutcome | undefined> {
  const known = context.journal.contents.steps.get(key);
  if (call.tool.class !== "unsafe" || known?.state !== "started") return undefined;
  const begun = known.result as BegunCall | null;
  const { name } = call.tool;
  const { decision, feedback, isByDeadline } = await askPerson(
    context,
    begun === null || begun.times < 2 ? `${key}/attention` : `${key}/attention:${begun.times}`,
    {
      kind: "needs_attention",
      message: `The worker was lost while ${name} was running. It may or may not have had its effect, so it was not repeated.`,
      output: JSON.stringify({ tool: name, arguments: call.args }, null, 2),
      unknownCall: {
        tool: name,
        arguments: call.args,
        startedAt: known.startedAt ? new Date(known.startedAt).toISOString() : null,
        worker: begun?.worker ?? null,
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
