import type { ModelPlace } from "@crew/engine/host";
import type { ModelReply, ModelRequest } from "@crew/engine/model";
import { askModel } from "./ask-model.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { inputHash } from "./input-hash.ts";
import type { ModelCall } from "./model-call.ts";
import { ModelGaveUp } from "./model-gave-up.ts";
import { timedStep } from "./timed-step.ts";

/**
 * One model call of the engine: answered from the journal, or asked of the agent's model and then, where that one gives
 * up, of those that the agent names after it. Each call begins with the first model again.
 */
export async function callModel(context: ExecutionContext, key: string, request: ModelRequest, at: ModelPlace): Promise<ModelReply> {
  const { journal } = context;
  context.count("modelCalls");
  const hash = inputHash(request);
  const known = journal.contents.steps.get(key);
  if (known?.state === "done") {
    context.refuseDrift(known, hash);
    return known.result as ModelReply;
  }
  const { turn, isAside = false, ...place } = at;
  const call: ModelCall = { key, request, place, turn, hash, startedAt: context.now(), isAside };
  return timedStep(context, "model", key, () => askInOrder(context, call, modelsOf(request, at)));
}

async function askInOrder(context: ExecutionContext, call: ModelCall, models: readonly string[]): Promise<ModelReply> {
  const { key, request, place } = call;
  for (let position = placeInList(context, key); ; position++) {
    const model = models[position] ?? request.model;
    try {
      return await askModel(context, { ...call, request: { ...request, model } }, models[position + 1] === undefined);
    } catch (error) {
      const next = models[position + 1];
      if (!(error instanceof ModelGaveUp) || !error.isWorthAnotherModel || next === undefined) throw error;
      const data = { stepKey: key, from: model, to: next, because: error.because };
      context.journal.emit(fallbackKey(key, position + 1), "llm_fallback", data, place);
    }
  }
}

/** Which model has answered a call that is done. */
export function answeringModel(context: ExecutionContext, key: string, request: ModelRequest, at: ModelPlace): string {
  return modelsOf(request, at)[placeInList(context, key)] ?? request.model;
}

function modelsOf({ model }: ModelRequest, { fallbackModels = [] }: ModelPlace): string[] {
  return [...new Set([model, ...fallbackModels])];
}

/** Where in its list of models a call has come to, also when its worker was lost or it was parked. */
function placeInList(context: ExecutionContext, key: string): number {
  let position = 0;
  while (context.journal.contents.eventKeys.has(fallbackKey(key, position + 1))) position++;
  return position;
}

function fallbackKey(key: string, position: number): string {
  return `${key}/fallback:${position}`;
}
