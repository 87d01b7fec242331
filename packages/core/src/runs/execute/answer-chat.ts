import { type ChatFile, inputBudget } from "@crew/engine/chat-context";
import type { RunHost } from "@crew/engine/host";
import { runChat } from "@crew/engine/run-chat";
import type { EngineTool, FoundPassage } from "@crew/engine/tool";
import type { z } from "zod";
import { AppError } from "../../app-error.ts";
import { UNKNOWN_WINDOW_TOKENS } from "../../system.ts";
import { keepingParts } from "./answer-parts.ts";
import { chatFallbacks } from "./chat-fallbacks.ts";
import { searchFiles } from "./chat-files.ts";
import { chatSpeaker } from "./chat-speaker.ts";
import type { BranchFile, ChatTurn } from "./chat-turn-repository.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { inputHash } from "./input-hash.ts";

const KEY = "chat/context";

/** What may change while an answer is written: kept with its first step, so that a worker that takes it over asks for the same. */
interface PinnedContext {
  budget: number;
  facts: string[];
  excerpts: FoundPassage[];
}

/** Writes the answer of a chat run; what the model was shown becomes the first of the answer's parts. */
export async function answerChat(
  context: ExecutionContext,
  host: RunHost,
  { turn, tools }: { turn: ChatTurn; tools: readonly EngineTool[] },
): Promise<{ output: string; taintedBy: string[] }> {
  const fallbackModels = chatFallbacks(context, turn);
  const { budget, facts, excerpts } = await pinContext(context, turn, fallbackModels);
  const { model, summary, history, unread, taintedBy, answerSchema } = turn;
  const files = turn.files.map((file) => withExcerpts(file, excerpts));
  const speaker = await chatSpeaker(context, tools);
  const answer = await runChat(keepingParts(context, host), {
    model,
    fallbackModels,
    ...(answerSchema && { answerSchema }),
    budget,
    facts,
    summary,
    history,
    unread,
    files,
    taintedBy,
    speaker,
    onShown(parts, made) {
      context.answerParts.push(parts);
      context.madeSummary = made;
    },
  });
  if (answer.json) context.answerParts.push([{ type: "json", value: answer.json.value as z.core.util.JSONType }]);
  return { output: answer.text, taintedBy: answer.taintedBy };
}

async function pinContext(context: ExecutionContext, turn: ChatTurn, fallbackModels: readonly string[]): Promise<PinnedContext> {
  const { journal } = context;
  const hash = inputHash([turn.messageId, turn.model]);
  const known = journal.contents.steps.get(KEY);
  if (known) {
    context.refuseDrift(known, hash);
    return known.result as PinnedContext;
  }
  context.refuseWhenStopping();
  const startedAt = context.now();
  const question = turn.history.at(-1)?.content ?? "";
  const hasLong = turn.files.some(({ text }) => text === null);
  const result = {
    budget: await budgetOf(context, turn.model, fallbackModels),
    facts: turn.facts,
    excerpts: hasLong ? await searchFiles(context, question) : [],
  };
  journal.recordStep({
    key: KEY,
    kind: "context",
    class: "read",
    state: "done",
    inputHash: hash,
    result,
    startedAt,
    endedAt: context.now(),
  });
  return result;
}

/** What all of them can read: whichever answers is asked for the same, and none cuts it without a word. */
async function budgetOf(context: ExecutionContext, model: string, fallbackModels: readonly string[]): Promise<number> {
  const windows = await Promise.all([model, ...fallbackModels].map((name) => windowOf(context, name)));
  const known = windows.filter((tokens) => tokens !== null);
  return inputBudget(known.length > 0 ? Math.min(...known) : UNKNOWN_WINDOW_TOKENS);
}

/** `null`: it cannot be reached, which is told of where it is asked. */
async function windowOf(context: ExecutionContext, model: string): Promise<number | null> {
  try {
    return (await context.route(model)).windowTokens;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return null;
  }
}

function withExcerpts(file: BranchFile, excerpts: readonly FoundPassage[]): ChatFile {
  return { ...file, excerpts: excerpts.filter(({ name }) => name === file.name).map(({ from, text }) => ({ from, text })) };
}
