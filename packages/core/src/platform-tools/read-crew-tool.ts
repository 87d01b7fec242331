import { CrewInput } from "@crew/contracts/crews";
import type { EngineTool } from "@crew/engine/tool";
import { crewOf } from "./crew-of.ts";
import { crewArguments, platformTool, type Talk } from "./platform-tool.ts";

export function readCrewTool(talk: Talk): EngineTool {
  return platformTool(talk, {
    name: "read_crew",
    class: "read",
    description: "The whole definition of a crew, in the form that propose_crew takes.",
    parameters: crewArguments(talk),
    async work(ctx, args) {
      const crew = await crewOf(talk, ctx, args);
      const withoutId = ({ id: _, ...part }: { id: string }) => part;
      const fields = Object.fromEntries(Object.keys(CrewInput.shape).map((field) => [field, crew[field as keyof CrewInput]]));
      const definition = { ...fields, agents: crew.agents.map(withoutId), tasks: crew.tasks.map(withoutId) };
      return { crewId: crew.id, version: crew.version, link: `/crews/${crew.id}`, definition };
    },
  });
}
