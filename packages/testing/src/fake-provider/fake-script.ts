import { z } from "zod";
import { RateWindow } from "./rate-window.ts";

/** What a scripted provider does, as data, so that a file or another process can give it. */

const count = z.int().min(0);

const FakeToolCall = z.strictObject({
  id: z.string().optional(),
  name: z.string(),
  /** An object is sent as JSON; a string is sent as it is, also when it is not JSON. */
  arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).default({}),
});
export type FakeToolCall = z.infer<typeof FakeToolCall>;

/** What goes wrong. `afterChunks` counts the stream's events before it; absent: as late as makes sense. */
const FakeFault = z.discriminatedUnion("type", [
  /** An answer with this status; `retryAfter` is seconds or a date, `retryDate` makes a date that many seconds ahead. */
  z.strictObject({
    type: z.literal("status"),
    status: z.int().min(300).max(599),
    message: z.string().optional(),
    retryAfter: z.union([z.number(), z.string()]).optional(),
    retryDate: z.number().optional(),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  /** Takes the request and never sends a byte. */
  z.strictObject({ type: z.literal("hang") }),
  /** Closes the socket without a byte. */
  z.strictObject({ type: z.literal("drop") }),
  /** Falls silent in mid-stream with the socket open. */
  z.strictObject({ type: z.literal("stall"), afterChunks: count.default(1) }),
  /** Destroys the socket in mid-stream. */
  z.strictObject({ type: z.literal("cut"), afterChunks: count.default(1) }),
  /** Ends the response cleanly, but without the protocol's end mark. */
  z.strictObject({ type: z.literal("early_end"), afterChunks: count.optional() }),
  z.strictObject({
    type: z.literal("error_event"),
    afterChunks: count.default(1),
    errorType: z.string().default("server_error"),
    message: z.string().default("scripted error"),
  }),
  /** `hold`: keeps the socket open after it and says no more. */
  z.strictObject({ type: z.literal("bad_json"), afterChunks: count.default(1), hold: z.boolean().default(false) }),
  /** One line of so many bytes. */
  z.strictObject({ type: z.literal("huge_line"), afterChunks: count.default(1), bytes: z.int().min(1).max(64_000_000) }),
  /** Good events without end until so many bytes were sent. */
  z.strictObject({ type: z.literal("huge_body"), bytes: z.int().min(1).max(2_000_000_000) }),
  z.strictObject({ type: z.literal("content_type"), contentType: z.string().default("text/html"), body: z.string().default("<html>") }),
  z.strictObject({ type: z.literal("redirect"), location: z.string(), status: z.int().default(307) }),
]);
export type FakeFault = z.infer<typeof FakeFault>;

/** What is thought before the text. */
const FakeReasoning = z.strictObject({
  /** One for each thought; protocols that know no borders send them as one. */
  thoughts: z.array(z.string()),
  /** Of chat completions: the name that it goes by; `content`: in the text, between tags. */
  name: z.enum(["reasoning_content", "reasoning", "reasoning_details", "content"]).default("reasoning_content"),
  /** What is wanted back with the tool calls, where the protocol has such: signatures. */
  signature: z.string().optional(),
  /** Anthropic's, and of details: a thought that nobody may read. */
  hidden: z.string().optional(),
});

const fakeReplyFields = {
  text: z.string(),
  reasoning: FakeReasoning,
  toolCalls: z.array(FakeToolCall),
  /** Calls a tool in so many turns, then answers. `tool`: which; otherwise the first that is offered. */
  turns: count,
  tool: z.string(),
  /** Length of the default answer. */
  tokens: z.int().min(1).max(100_000),
  tokenDelayMs: z.number().min(0),
  firstByteDelayMs: z.number().min(0),
  /** Falls silent after so many events of the stream, until the script is replaced: who watches has all the time there is. */
  holdAfter: count,
  /** `null`: the provider does not say. `cachedTokens`: of the input, read from what the provider has kept. */
  usage: z.strictObject({ inputTokens: count, outputTokens: count, cachedTokens: count.optional() }).nullable(),
  /** In the words of the protocol that is asked, for example `content_filter`. */
  finishReason: z.string(),
  fault: FakeFault,
  /** How the bytes travel. `bytesPerWrite` splits lines and characters anywhere. */
  wire: z.strictObject({
    crlf: z.boolean().default(false),
    comments: z.boolean().default(false),
    bytesPerWrite: z.int().min(1).optional(),
  }),
};

export const FakeReply = z.strictObject(fakeReplyFields).partial();
export type FakeReply = z.infer<typeof FakeReply>;

export const FakeScriptEntry = z
  .strictObject({
    ...fakeReplyFields,
    when: z
      .strictObject({
        model: z.string(),
        /** In the last message of the user. */
        contains: z.string(),
        /** The how manieth call since the script was set, from 1. */
        call: z.int().min(1),
      })
      .partial(),
    /** How often it may be used. Default: once without `when`, without end with it. */
    times: z.int().min(1),
  })
  .partial();
export type FakeScriptEntry = z.infer<typeof FakeScriptEntry>;

export const FakeScript = z.strictObject({
  /** The first entry that fits and is not used up answers; when none is left, the default behavior does. */
  entries: z.array(FakeScriptEntry).max(10_000).default([]),
  /** Laid under every reply, also the default one: `{ "tokenDelayMs": 20 }`. */
  defaults: FakeReply.default({}),
  models: z.array(z.string()).default(["fake-model", "fake-model-large"]),
  /** So many requests and tokens in any `windowMs`; what is more gets 429 and is told when there is room again. */
  rateLimit: z
    .strictObject({
      requests: z.int().min(1).optional(),
      tokens: z.int().min(1).optional(),
      windowMs: z.int().min(1).default(60_000),
      /** Whether a refusal says when to come back. */
      tells: z.boolean().default(true),
    })
    .optional(),
  /** When given, any other key gets 401. */
  apiKey: z.string().optional(),
});
export type FakeScript = z.infer<typeof FakeScript>;
export type FakeScriptInput = z.input<typeof FakeScript>;

export class ScriptState {
  readonly script: FakeScript;
  private readonly uses: number[];
  private calls = 0;
  /** Absent: as many calls as come. */
  readonly window: RateWindow | undefined;
  private readonly replacement = Promise.withResolvers<void>();

  constructor(input: FakeScriptInput) {
    this.script = FakeScript.parse(input);
    this.uses = this.script.entries.map(() => 0);
    this.window = this.script.rateLimit && new RateWindow(this.script.rateLimit);
  }

  /** Resolves when another script has taken this one's place. */
  get replaced(): Promise<void> {
    return this.replacement.promise;
  }

  /** Lets all that this script holds go on. */
  retire(): void {
    this.replacement.resolve();
  }

  /** Picks and uses up what answers this call; `entry` is its index, `null`: the default behavior. */
  next(model: string, lastUserText: string): { entry: number | null; reply: FakeReply } {
    this.calls++;
    for (const [index, candidate] of this.script.entries.entries()) {
      const { when, times = when ? Number.POSITIVE_INFINITY : 1, ...reply } = candidate;
      const used = this.uses[index] ?? 0;
      if (used >= times) continue;
      if (when?.model !== undefined && when.model !== model) continue;
      if (when?.contains !== undefined && !lastUserText.includes(when.contains)) continue;
      if (when?.call !== undefined && when.call !== this.calls) continue;
      this.uses[index] = used + 1;
      return { entry: index, reply: { ...this.script.defaults, ...reply } };
    }
    return { entry: null, reply: this.script.defaults };
  }
}
