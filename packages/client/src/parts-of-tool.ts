import type { MessagePart } from "@crew/contracts/message-parts";
import { partsOfCall, type ReadCrew } from "@crew/contracts/parts-of-call";
import type { LiveTool } from "./live-run-view.ts";

/** The parts that an answer under way has by a call, as its events tell of it: those that its message has in the end. */
export function partsOfTool({ id, tool, arguments: args, state, result, error }: LiveTool, readCrew: ReadCrew): MessagePart[] {
  // Events of calls that were refused before they began do not say what was asked.
  const call = { id, tool, args: args ?? {} };
  if (state === "running") return partsOfCall({ ...call, outcome: null }, readCrew);
  return partsOfCall({ ...call, outcome: { text: (error ? error.message : result) ?? "", isError: error !== null } }, readCrew);
}
