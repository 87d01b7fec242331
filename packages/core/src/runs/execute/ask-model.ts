import type { ModelReply } from "@crew/engine/model";
import { AppError } from "../../app-error.ts";
import type { ResolvedModel } from "../../model-providers/resolve-model.ts";
import { ModelCallError } from "../../system.ts";
import { estimateUsage } from "./estimate-usage.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { endTurn, type Turn, takeTurn } from "./lane-turn.ts";
import { LiveReply } from "./live-text.ts";
import { beginAttempt, chargeCut, completeAttempt } from "./model-attempt.ts";
import type { ModelCall } from "./model-call.ts";
import { ModelGaveUp } from "./model-gave-up.ts";
import { afterFailure, type FailedAttempt } from "./model-retries.ts";
import { pastFailures } from "./past-failures.ts";
import { requestImages } from "./request-images.ts";
import { watchedAttempt } from "./watched-attempt.ts";

/**
 * Asks one model by as many attempts as its failures allow. Throws `ModelGaveUp` when they allow no more; `isLast`: there
 * is no other model that could be asked in its place.
 */
export async function askModel(context: ExecutionContext, call: ModelCall, isLast: boolean): Promise<ModelReply> {
  const past = pastFailures(context, call);
  for (;;) {
    context.refuseWhenStopping();
    await context.authorize();
    const route = await routeTo(context, call.request.model);
    const turn = await takeTurn(context, call, route, isLast);
    const made = await attemptOnce(context, call, route, turn);
    if ("reply" in made) return made.reply;
    await afterFailure(context, made.failed, past);
  }
}

/** A model that cannot be reached any more (its provider was removed, its key is missing) is one that gives up. */
async function routeTo(context: ExecutionContext, model: string): Promise<ResolvedModel> {
  try {
    return await context.route(model);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new ModelGaveUp(error.code, error.message, { because: error.message, isWorthAnotherModel: true, cause: error });
  }
}

async function attemptOnce(
  context: ExecutionContext,
  call: ModelCall,
  route: ResolvedModel,
  turn: Turn | null,
): Promise<{ reply: ModelReply } | { failed: FailedAttempt }> {
  let outcome: ModelReply | ModelCallError | undefined;
  try {
    // The wait for a turn may have been long enough for the run to be stopped meanwhile.
    if (turn) context.refuseWhenStopping();
    const images = await requestImages(context, call.request, route);
    const { attempt, maxOutputTokens } = await beginAttempt(context, call, route);
    const request = maxOutputTokens === null ? call.request : { ...call.request, maxOutputTokens };
    const live = new LiveReply(context.system.bus, context.journal.claim.run.id, attempt.id);
    if (!call.isAside) context.lastCall = live;
    try {
      const reply = await watchedAttempt(context, route, request, {
        signal: context.signal,
        onText: (text) => live.words.append(text),
        onReasoning: (text) => live.thoughts.append(text),
        images,
        attemptId: attempt.id,
      });
      outcome = reply;
      completeAttempt(context, call, attempt, route, reply);
      return { reply };
    } catch (error) {
      if (!(error instanceof ModelCallError)) throw error;
      outcome = error;
      const come = live.thoughts.text + live.words.text;
      const guess = { ...attempt, ...estimateUsage(route, call.request, come) };
      const cut = error.failure === "aborted" ? chargeCut(context, call, attempt, route, come) : guess;
      return { failed: { call, route, turn, attempt: cut, error } };
    } finally {
      live.end();
    }
  } finally {
    endTurn(context, turn, outcome);
  }
}
