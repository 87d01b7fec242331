import { CrewInput } from "@crew/contracts/crews";
import { CrewId } from "@crew/contracts/ids";
import { type EngineTool, ToolInputError } from "@crew/engine/tool";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { draftCrew } from "../crews/crew-draft.ts";
import { getCrew } from "../crews/get-crew.ts";
import { requireValidCrew } from "../crews/require-valid-crew.ts";
import { platformTool, type Talk, type TalkCtx } from "./platform-tool.ts";

const MOST_ISSUES = 10;

/** Stores nothing: the definition is shown with the answer, and the person who takes it over creates the crew by their own hand. */
export function proposeCrewTool(talk: Talk): EngineTool {
  return platformTool(talk, {
    name: "propose_crew",
    class: "read",
    description:
      "Shows the person a crew to be created, or with crewId the whole new definition of that crew, and checks it. Nothing is stored until the person presses the button beside it.",
    parameters: {
      type: "object",
      properties: {
        crewId: { type: "string", maxLength: 64, description: "of the crew that is to change; left out: a new crew" },
        definition: definitionSchema,
      },
      required: ["definition"],
      additionalProperties: false,
    },
    async work(ctx, args) {
      const crewId = await crewToChange(ctx, args.crewId);
      const input = readDefinition(args.definition);
      await requireValidCrew(ctx, draftCrew(ctx, input));
      return { proposed: input.name, crewId, note: "It is shown to the person, who decides. Nothing is stored yet." };
    },
  });
}

/** Null: a new one. Throws unless the person could keep what is proposed. */
async function crewToChange(ctx: TalkCtx, named: unknown): Promise<string | null> {
  if (named === undefined) {
    requirePermission(ctx, "crews:write");
    return null;
  }
  const { data: crewId } = CrewId.safeParse(named);
  await requireCrewPermission(ctx, "edit", () => crewId);
  if (crewId === undefined) throw notFound("crew");
  return (await getCrew(ctx, crewId)).id;
}

function readDefinition(written: unknown): CrewInput {
  const { data, error } = CrewInput.safeParse(written);
  if (data) return data;
  const issues = error.issues.slice(0, MOST_ISSUES).map(({ path, message }) => `- ${path.join(".") || "definition"}: ${message}`);
  throw new ToolInputError(["The definition does not fit:", ...issues].join("\n"));
}

const text = { type: "string" };
const texts = { type: "array", items: text };

/** What most crews need; `read_crew` shows the rest. */
const definitionSchema = {
  type: "object",
  properties: {
    name: text,
    description: text,
    model: { type: "string", description: "<provider>/<model>; left out: the demonstration model" },
    agents: {
      type: "array",
      items: {
        type: "object",
        properties: { key: text, role: text, goal: text, backstory: text, tools: texts },
        required: ["key", "role", "goal"],
      },
    },
    tasks: {
      type: "array",
      items: {
        type: "object",
        properties: {
          key: text,
          description: text,
          expectedOutput: text,
          agent: { type: "string", description: "key of the agent that does it" },
          context: { type: ["array", "null"], items: text, description: "keys of earlier tasks that it reads; null: all" },
          tools: texts,
          humanInput: { type: "boolean", description: "whether a person reviews its output" },
        },
        required: ["key", "description", "expectedOutput", "agent"],
      },
    },
  },
  required: ["name", "agents", "tasks"],
};
