import type { EngineTool } from "@crew/engine/tool";
import { listCrews } from "../crews/list-crews.ts";
import { platformTool, type Talk } from "./platform-tool.ts";

const MOST_CREWS = 100;
const DESCRIPTION_CHARACTERS = 300;

export function findCrewsTool(talk: Talk): EngineTool {
  return platformTool(talk, {
    name: "find_crews",
    class: "read",
    description: "Lists the crews that the person may see, newest first, with what they are for and how their last run went.",
    parameters: {
      type: "object",
      properties: { words: { type: "string", maxLength: 100, description: "in the name or the description; all when left out" } },
      additionalProperties: false,
    },
    async work(ctx, { words = "" }) {
      const wanted = String(words).trim().toLowerCase();
      const { data, nextCursor } = await listCrews(ctx, { limit: MOST_CREWS });
      const found = data.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted));
      const crews = found.map(({ id, name, description, agentCount, taskCount, activeRuns, lastRun }) => ({
        ...{ crewId: id, name, description: description.slice(0, DESCRIPTION_CHARACTERS), agentCount, taskCount, activeRuns, lastRun },
        link: `/crews/${id}`,
      }));
      return { crews, ...(nextCursor !== null && { note: `Only the newest ${MOST_CREWS} crews were looked at.` }) };
    },
  });
}
