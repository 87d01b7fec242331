import type { EngineTool } from "@crew/engine/tool";
import { crewInputsTool } from "./crew-inputs-tool.ts";
import { findCrewsTool } from "./find-crews-tool.ts";
import { findRunsTool } from "./find-runs-tool.ts";
import type { Talk } from "./platform-tool.ts";
import { proposeCrewTool } from "./propose-crew-tool.ts";
import { readCrewTool } from "./read-crew-tool.ts";
import { readRunTool } from "./read-run-tool.ts";
import { startRunTool } from "./start-run-tool.ts";
import { stopRunTool } from "./stop-run-tool.ts";

/** What one can have the platform do in a conversation: with one crew, or with all that one may see. */
export function platformTools(talk: Talk): EngineTool[] {
  const ofCrew = [crewInputsTool, startRunTool, findRunsTool, readRunTool, stopRunTool];
  const ofAll = [findCrewsTool, readCrewTool, ...ofCrew, proposeCrewTool];
  return (talk.crewId === null ? ofAll : ofCrew).map((tool) => tool(talk));
}
