import { z } from "zod";
import { ImageId, RunId } from "./ids.ts";
import { IMAGE_TYPES } from "./images.ts";

/**
 * What an answer was made of besides its text, in the order in which it came: tool calls with their results, runs that it
 * started, what the model was shown. A client shows what it knows and passes over the rest.
 */
export const MessagePart = z
  .discriminatedUnion("type", [
    /** What a model thought in one call, as far as its provider tells; a mark at its end says where it was cut. No part of the text. */
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
    /** The model that answered, where another one was to: the first gave up. */
    z.object({ type: z.literal("model"), model: z.string(), insteadOf: z.string() }),
    /** The answer as a value, which fits the schema that was asked for; its text is the same as JSON. */
    z.object({ type: z.literal("json"), value: z.json() }),
    z.object({ type: z.literal("file"), name: z.string(), characters: z.int() }),
    /** A picture that came with a message; `GET /v1/conversations/{id}/images/{imageId}` answers with it. */
    z.object({ type: z.literal("image"), id: ImageId, name: z.string(), mediaType: z.enum(IMAGE_TYPES), bytes: z.int() }),
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
