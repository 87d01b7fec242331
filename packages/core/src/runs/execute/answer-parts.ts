import { CrewInput } from "@crew/contracts/crews";
import type { MessagePart } from "@crew/contracts/message-parts";
import { type AnswerCall, partsOfCall, type ReadCrew } from "@crew/contracts/parts-of-call";
import type { AskedTool, RunHost, ToolOutcome } from "@crew/engine/host";
import { reasoningText, reasoningWithin } from "@crew/engine/reasoning";
import { joinTaint } from "@crew/engine/taint";
import type { ExecutionContext } from "./execution-context.ts";
import { answeringModel } from "./journaled-model-call.ts";

const MAX_PARTS = 200;

/**
 * The host of a chat, which keeps the answer's parts on the way. They are made from the calls and their outcomes alone, as
 * the journal has them, so that an answer that was taken up again has the same.
 */
export function keepingParts(context: ExecutionContext, host: RunHost): RunHost {
  return {
    ...host,
    async callModel(key, request, at) {
      const before = context.lastCall;
      try {
        const reply = await host.callModel(key, request, at);
        if (at.isAside) return reply;
        keepThoughts(context, reasoningText(reply));
        const model = answeringModel(context, key, request, at);
        context.answeredBy = model === request.model ? null : { model, insteadOf: request.model };
        return reply;
      } catch (error) {
        // What was thought goes with what was said, where an answer ends half-way.
        if (!at.isAside && context.lastCall !== before) keepThoughts(context, context.lastCall?.thoughts.text ?? "");
        throw error;
      }
    },
    async admitTool(key, call, place) {
      const admission = await host.admitTool(key, call, place);
      if (admission && "outcome" in admission) keep(context, begin(context, call), admission.outcome);
      return admission;
    },
    async callTool(key, call, place) {
      // Before it ends: cards stand in the order of the calls, whichever ends first.
      const begun = begin(context, call);
      const outcome = await host.callTool(key, call, place);
      keep(context, begun, outcome);
      return outcome;
    },
  };
}

/** What the model was shown, then each call with what came of it, in the order in which they began. */
export function partsInOrder(groups: readonly MessagePart[][]): MessagePart[] {
  return groups.flat().slice(0, MAX_PARTS);
}

const readCrew: ReadCrew = (definition) => CrewInput.safeParse(definition).data;

/** Bounded for the answer as a whole: each call may think as long as one alone. */
function keepThoughts({ answerParts }: ExecutionContext, text: string): void {
  if (text === "" || answerParts.length >= MAX_PARTS) return;
  const used = answerParts.flat().reduce((sum, part) => sum + (part.type === "reasoning" ? part.text.length : 0), 0);
  const kept = reasoningWithin(text, used);
  if (kept !== undefined) answerParts.push([{ type: "reasoning", text: kept }]);
}

interface Begun {
  call: Omit<AnswerCall, "outcome">;
  parts: MessagePart[];
}

function begin({ answerParts }: ExecutionContext, { id, tool, args }: AskedTool): Begun {
  const call = { id, tool: tool.name, args };
  const parts = partsOfCall({ ...call, outcome: null }, readCrew);
  if (answerParts.length < MAX_PARTS) answerParts.push(parts);
  return { call, parts };
}

function keep(context: ExecutionContext, { call, parts }: Begun, { text, isError, taintedBy = [] }: ToolOutcome): void {
  parts.splice(0, parts.length, ...partsOfCall({ ...call, outcome: { text, isError } }, readCrew));
  context.answerTaint = joinTaint(context.answerTaint, taintedBy);
}
