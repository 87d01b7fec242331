import type { ModelReply } from "@crew/engine/model";
import { ModelCallError } from "../../system.ts";
import { estimateUsage } from "./estimate-usage.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { LiveText } from "./live-text.ts";
import { beginAttempt, chargeCut, completeAttempt } from "./model-attempt.ts";
import type { ModelCall } from "./model-call.ts";
import { afterFailure } from "./model-retries.ts";
import { pastFailures } from "./past-failures.ts";

/** Asks one model by as many attempts as its failures allow. Throws `ModelGaveUp` when they allow no more. */
export async function askModel(context: ExecutionContext, call: ModelCall): Promise<ModelReply> {
  const past = pastFailures(context, call);
  for (;;) {
    context.refuseWhenStopping();
    await context.authorize();
    const route = await context.route(call.request.model);
    const { attempt, maxOutputTokens } = await beginAttempt(context, call, route);
    const request = maxOutputTokens === null ? call.request : { ...call.request, maxOutputTokens };
    const live = new LiveText(context.system.bus, context.journal.claim.run.id, attempt.id);
    context.lastCall = live;
    try {
      const reply = await route.stream(request, { signal: context.signal, onText: (text) => live.append(text) });
      completeAttempt(context, call, attempt, route, reply);
      return reply;
    } catch (error) {
      if (!(error instanceof ModelCallError)) throw error;
      live.end();
      const guess = { ...attempt, ...estimateUsage(route, call.request, live.text) };
      const cut = error.failure === "aborted" ? chargeCut(context, call, attempt, route, live.text) : guess;
      await afterFailure(context, call, cut, error, past);
    } finally {
      live.end();
    }
  }
}
