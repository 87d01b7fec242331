import { z } from "zod";
import { RunId } from "./ids.ts";

/**
 * What an answer was made of besides its text, in the order in which it came: tool calls with their results, runs that it
 * started, what the model was shown. A client shows what it knows and passes over the rest.
 */
export const MessagePart = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("reasoning"), text: z.string() }),
    z.object({
      type: z.literal("tool"),
      callId: z.string(),
      tool: z.string(),
      /** JSON text as the model wrote it. */
      arguments: z.string(),
      result: z.string().nullable(),
      isError: z.boolean(),
    }),
    /** A run that was started, stopped or asked about. */
    z.object({ type: z.literal("run"), runId: RunId, title: z.string(), relation: z.enum(["started", "shown"]) }),
    z.object({ type: z.literal("file"), name: z.string(), characters: z.int() }),
    /** Older messages in fewer words; the model was shown this in their place. */
    z.object({ type: z.literal("summary"), throughSeq: z.int(), messages: z.int(), text: z.string() }),
    /** What the model was shown, in tokens by our own count. */
    z.object({
      type: z.literal("context"),
      budget: z.int(),
      instructions: z.int(),
      facts: z.int(),
      summary: z.int(),
      messages: z.int(),
      files: z.int(),
      /** Messages that were shown whole, in fewer words, and not at all. */
      whole: z.int(),
      summarized: z.int(),
      omitted: z.int(),
    }),
    /** A crew that was proposed: nothing is stored until a person takes it over. */
    z.object({ type: z.literal("crew"), crewId: z.string().nullable(), name: z.string(), definition: z.record(z.string(), z.unknown()) }),
  ])
  .meta({ id: "MessagePart" });
export type MessagePart = z.infer<typeof MessagePart>;
