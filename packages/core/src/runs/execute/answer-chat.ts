import { type ChatFile, inputBudget } from "@crew/engine/chat-context";
import type { RunHost } from "@crew/engine/host";
import { runChat } from "@crew/engine/run-chat";
import type { EngineTool, FoundPassage } from "@crew/engine/tool";
import { AppError } from "../../app-error.ts";
import { UNKNOWN_WINDOW_TOKENS } from "../../system.ts";
import { keepingParts } from "./answer-parts.ts";
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
  const { budget, facts, excerpts } = await pinContext(context, turn);
  const { model, summary, history, unread, taintedBy } = turn;
  const files = turn.files.map((file) => withExcerpts(file, excerpts));
  const speaker = await chatSpeaker(context, tools);
  const answer = await runChat(keepingParts(context, host), {
    model,
    budget,
    facts,
    summary,
    history,
    unread,
    files,
    taintedBy,
    speaker,
    onShown(parts, made) {
      context.answerParts.push(...parts);
      context.madeSummary = made;
    },
  });
  return { output: answer.text, taintedBy: answer.taintedBy };
}

async function pinContext(context: ExecutionContext, turn: ChatTurn): Promise<PinnedContext> {
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
    budget: await budgetOf(context, turn.model),
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

/** A model that cannot be reached is told of where it is asked. */
async function budgetOf(context: ExecutionContext, model: string): Promise<number> {
  try {
    return inputBudget((await context.route(model)).windowTokens);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return inputBudget(UNKNOWN_WINDOW_TOKENS);
  }
}

function withExcerpts(file: BranchFile, excerpts: readonly FoundPassage[]): ChatFile {
  return { ...file, excerpts: excerpts.filter(({ name }) => name === file.name).map(({ from, text }) => ({ from, text })) };
}
