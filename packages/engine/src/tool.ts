import type { Document } from "@crew/contracts/crews";
import type { Permission } from "@crew/contracts/permissions";
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
  /** Passages of a conversation's files that have these words, best first; of a crew's run none. */
  searchFiles(words: string): Promise<readonly FoundPassage[]>;
  /** GET through guarded egress. Rejects with an `Error` whose message may be shown to the model. */
  fetchText(url: string, signal: AbortSignal): Promise<FetchedText>;
  /** POST of JSON text through guarded egress; `{{secret:NAME}}` in a header's value is filled in on the way. */
  postJson(url: string, request: { headers: Record<string, string>; body: string }, signal: AbortSignal): Promise<FetchedText>;
  /** Tells that what the tool will return holds content of strangers, and whence; for tools of which not every result does. */
  markOutside(source: string): void;
  /** Of a tool with a `question`: what a person has answered. */
  answer: string;
}

/** A passage of a file. */
export interface FoundPassage {
  name: string;
  /** Of the whole file. */
  characters: number;
  from: number;
  text: string;
}

export interface EngineTool {
  name: string;
  class: ToolClass;
  description: string;
  /** JSON Schema of the arguments object. */
  parameters: Record<string, unknown>;
  /** Every result may hold what strangers wrote. */
  isOutside?: boolean;
  /** Of a `read` tool: what it answers depends on its arguments alone, for a while, so that a crew may have it kept. */
  isRepeatable?: boolean;
  /** It gives the agent, or sends for it, what is confidential: documents, memories, secrets. */
  readsPrivate?: boolean;
  /** The address that a call sends to, for tools that reach out; a call that it throws for fails in `run` too. */
  destination?(args: Record<string, unknown>): string;
  /** A call of it asks a person: the run waits for the answer before it runs. */
  question?(args: Record<string, unknown>): { text: string; choices: readonly string[] };
  /** What whoever started the run must be allowed, for the tool to run at all. */
  needs?: Permission;
  /** Throws `ToolInputError` for arguments that do not fit, any other error when the work failed. */
  run(args: Record<string, unknown>, context: ToolContext): Promise<string>;
}

/** The arguments do not fit the tool: the message goes back to the model, which may repair them. */
export class ToolInputError extends Error {
  override name = "ToolInputError";
}
