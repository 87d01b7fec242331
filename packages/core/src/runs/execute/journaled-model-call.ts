import type { Place } from "@crew/engine/host";
import type { ModelReply, ModelRequest } from "@crew/engine/model";
import { ModelCallError } from "../../system.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { inputHash } from "./input-hash.ts";
import { LiveText } from "./live-text.ts";
import { beginAttempt, completeAttempt } from "./model-attempt.ts";
import type { ModelCall } from "./model-call.ts";
import { afterFailure } from "./model-retries.ts";
import { pastFailures } from "./past-failures.ts";

/** One model call of the engine: answered from the journal, or made by as many attempts as its failures allow. */
export async function callModel(
  context: ExecutionContext,
  key: string,
  request: ModelRequest,
  at: Place & { turn: number },
): Promise<ModelReply> {
  const { journal } = context;
  context.count("modelCalls");
  const hash = inputHash(request);
  const known = journal.contents.steps.get(key);
  if (known?.state === "done") {
    context.refuseDrift(known, hash);
    return known.result as ModelReply;
  }
  const { turn, ...place } = at;
  const call: ModelCall = { key, request, place, turn, hash, startedAt: context.now() };
  const failures = pastFailures(context, call);
  for (;;) {
    context.refuseWhenStopping();
    await context.authorize();
    const route = await context.route(request.model);
    const attempt = await beginAttempt(context, call, route);
    const live = new LiveText(context.system.bus, journal.claim.run.id, attempt.id);
    context.lastCall = live;
    try {
      const reply = await route.stream(request, { signal: context.signal, onText: (text) => live.append(text) });
      completeAttempt(context, call, attempt, route, reply);
      return reply;
    } catch (error) {
      if (!(error instanceof ModelCallError)) throw error;
      await afterFailure(context, call, attempt, error, failures);
    } finally {
      live.end();
    }
  }
}
