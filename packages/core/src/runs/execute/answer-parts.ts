import type { MessagePart } from "@crew/contracts/message-parts";
import type { AskedTool, RunHost, ToolOutcome } from "@crew/engine/host";
import { joinTaint } from "@crew/engine/taint";
import { partsOfResult } from "../../platform-tools/parts-of-result.ts";
import type { ExecutionContext } from "./execution-context.ts";

/** What a card of a call shows; the run's events have all of it. */
const MAX_SHOWN_CHARACTERS = 4_000;
const MAX_PARTS = 200;

/**
 * The host of a chat, which keeps the answer's parts on the way. They are made from the calls and their outcomes alone, as
 * the journal has them, so that an answer that was taken up again has the same.
 */
export function keepingParts(context: ExecutionContext, host: RunHost): RunHost {
  return {
    ...host,
    async admitTool(key, call, place) {
      const admission = await host.admitTool(key, call, place);
      if (admission && "outcome" in admission) keep(context, begin(context, call), call, admission.outcome);
      return admission;
    },
    async callTool(key, call, place) {
      // Before it ends: cards stand in the order of the calls, whichever ends first.
      const part = begin(context, call);
      const outcome = await host.callTool(key, call, place);
      keep(context, part, call, outcome);
      return outcome;
    },
  };
}

type ToolPart = Extract<MessagePart, { type: "tool" }>;

function begin({ answerParts }: ExecutionContext, { id, tool, args }: AskedTool): ToolPart {
  const part: ToolPart = { type: "tool", callId: id, tool: tool.name, arguments: cut(JSON.stringify(args)), result: null, isError: false };
  if (answerParts.length < MAX_PARTS) answerParts.push(part);
  return part;
}

function keep(context: ExecutionContext, part: ToolPart, { tool, args }: AskedTool, { text, isError, taintedBy = [] }: ToolOutcome): void {
  const { answerParts } = context;
  part.result = cut(text);
  part.isError = isError;
  context.answerTaint = joinTaint(context.answerTaint, taintedBy);
  if (isError || answerParts.length >= MAX_PARTS) return;
  const at = answerParts.indexOf(part);
  answerParts.splice(at + 1, 0, ...partsOfResult(tool.name, args, text));
}

function cut(text: string): string {
  return text.length <= MAX_SHOWN_CHARACTERS ? text : `${text.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}
