import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { RunId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";

/** What a sentence to a run was understood as. Anything that is no command is guidance for all its agents. */
export const RunCommand = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("guide") }),
  z.object({ kind: z.literal("skip"), taskKey: z.string() }),
  z.object({ kind: z.literal("pause") }),
  z.object({ kind: z.literal("resume") }),
  z.object({ kind: z.literal("stop") }),
]);
export type RunCommand = z.infer<typeof RunCommand>;

/** A run takes no more than these. */
export const MAX_RUN_MESSAGES = 200;

export const SayToRun = z
  .strictObject({
    /** Chosen by the client; the same one again says nothing anew and answers with the first. */
    clientMessageId: z.string().min(1).max(100),
    /** `skip task 3`, `skip task <key>`, `pause`, `resume`, `stop`, or guidance in plain words. */
    text: z.string().trim().min(1).max(4_000),
  })
  .meta({ id: "SayToRun" });
export type SayToRun = z.infer<typeof SayToRun>;

export const RunMessage = z
  .object({
    runId: RunId,
    /** Numbers what was said to the run from 1. */
    seq: z.int(),
    clientMessageId: z.string(),
    text: z.string(),
    /** The name of who said it, at that time. */
    by: z.string(),
    command: RunCommand,
    /** The same in words. */
    understood: z.string(),
    createdAt: z.iso.datetime(),
    /** When a turn of the run saw it, and the place of that turn, such as `task:2/turn:3`; `null`: none has yet. */
    seenAt: z.iso.datetime().nullable(),
    seenStep: z.string().nullable(),
  })
  .meta({ id: "RunMessage" });
export type RunMessage = z.infer<typeof RunMessage>;

const runMessageParams = z.strictObject({ runId: RunId });

export const runMessageEndpoints = {
  say: endpoint({
    method: "POST",
    path: "/v1/runs/:runId/messages",
    tag: "Run",
    summary: "Say something to a run under way: its next turn sees it",
    params: runMessageParams,
    body: SayToRun,
    response: RunMessage,
    status: 202,
    needs: "runs:cancel",
  }),
  list: endpoint({
    method: "GET",
    path: "/v1/runs/:runId/messages",
    tag: "Run",
    summary: "List what was said to a run, oldest first",
    params: runMessageParams,
    query: PageQuery,
    response: pageOf(RunMessage),
    status: 200,
    needs: "runs:read",
  }),
} as const;
