import { type EngineTool, ToolInputError } from "@crew/engine/tool";
import { AppError } from "../app-error.ts";
import type { Ctx } from "../system.ts";

/** What the verbs behind these tools take. */
export type TalkCtx = Ctx<"db" | "statements" | "bus" | "models" | "now" | "newId">;

/** The conversation that a platform tool is used in. */
export interface Talk {
  /** The one crew that it is about; null: all that the person may see. */
  crewId: string | null;
  /** For the audit log. */
  origin: { chatRunId: string; conversationId: string | null };
  /** The person, with what they may in this moment. */
  act(): Promise<TalkCtx>;
  /** The trace of what was not allowed. */
  noteRefusal(tool: string, why: string): Promise<void>;
  /** Throws when another worker has the answer by now: for the last moment before something is written. */
  refuseWhenOvertaken(): void;
}

type PlatformTool = Omit<EngineTool, "run"> & {
  /** What it returns the model reads as JSON. */
  work(ctx: TalkCtx, args: Record<string, unknown>, context: Parameters<EngineTool["run"]>[1]): Promise<unknown>;
};

/** A verb of the platform as a tool: what the verb refuses, the model reads as the verb says it. */
export function platformTool(talk: Talk, { work, ...tool }: PlatformTool): EngineTool {
  return {
    ...tool,
    async run(args, context) {
      try {
        const ctx = await talk.act();
        if (tool.class !== "read") talk.refuseWhenOvertaken();
        return JSON.stringify(await work(ctx, args, context), null, 1);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (error.code === "forbidden") await talk.noteRefusal(tool.name, error.message);
        throw new ToolInputError(wordsOf(error));
      }
    },
  };
}

const MOST_ISSUES = 20;

function wordsOf({ message, detail }: AppError): string {
  const issues = (detail as { issues?: { path: string; message: string }[] } | undefined)?.issues ?? [];
  return [message, ...issues.slice(0, MOST_ISSUES).map((issue) => `- ${issue.path}: ${issue.message}`)].join("\n");
}

/** The arguments of a tool about one crew: where the conversation is about one, nobody says which. */
export function crewArguments(talk: Talk, properties: Record<string, unknown> = {}, required: string[] = []) {
  const crewId = { type: "string", maxLength: 64, description: "id of the crew, crew_…" };
  return {
    type: "object",
    properties: talk.crewId === null ? { crewId, ...properties } : properties,
    required: talk.crewId === null ? ["crewId", ...required] : required,
    additionalProperties: false,
  };
}
