import type { Document } from "@crew/contracts/crews";
import type { ToolClass } from "@crew/contracts/tools";

/** What a page gave to `http_get`: always text, already cut to the limit. */
export interface FetchedText {
  url: string;
  status: number;
  contentType: string;
  text: string;
  wasCut: boolean;
}

/** Everything that a tool may touch. It has no other way to the world: no globals, no sockets, no files. */
export interface ToolContext {
  signal: AbortSignal;
  /** The same on every attempt of one step. */
  idempotencyKey: string;
  now(): Date;
  documents: readonly Document[];
  /** GET through guarded egress. Rejects with an `Error` whose message may be shown to the model. */
  fetchText(url: string, signal: AbortSignal): Promise<FetchedText>;
}

export interface EngineTool {
  name: string;
  class: ToolClass;
  description: string;
  /** JSON Schema of the arguments object. */
  parameters: Record<string, unknown>;
  /** Throws `ToolInputError` for arguments that do not fit, any other error when the work failed. */
  run(args: Record<string, unknown>, context: ToolContext): Promise<string>;
}

/** The arguments do not fit the tool: the message goes back to the model, which may repair them. */
export class ToolInputError extends Error {
  override name = "ToolInputError";
}
