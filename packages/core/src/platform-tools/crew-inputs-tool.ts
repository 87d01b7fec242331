import type { EngineTool } from "@crew/engine/tool";
import { crewOf } from "./crew-of.ts";
import { crewArguments, platformTool, type Talk } from "./platform-tool.ts";

const EXAMPLE_CHARACTERS = 300;

export function crewInputsTool(talk: Talk): EngineTool {
  return platformTool(talk, {
    name: "crew_inputs",
    class: "read",
    description: "Says what the crew is for and which inputs a run of it needs, with an example of each where there is one.",
    parameters: crewArguments(talk),
    async work(ctx, args) {
      const { id, name, description, placeholders, tasks, example } = await crewOf(talk, ctx, args);
      const shown = (input: string) => example?.inputs[input]?.slice(0, EXAMPLE_CHARACTERS);
      return {
        crewId: id,
        name,
        description,
        inputs: placeholders.map((input) => ({ name: input, ...(shown(input) !== undefined && { example: shown(input) }) })),
        tasks: tasks.map(({ key }) => key),
      };
    },
  });
}
