import { setTimeout as sleep } from "node:timers/promises";
import { type Place, RunFailure } from "@crew/engine/host";
import type { ModelReply, ModelRequest } from "@crew/engine/model";
import { ModelCallError, type ModelFailure, type ModelRoute } from "../../system.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { inputHash } from "./input-hash.ts";
import type { AttemptRecord } from "./journal-repository.ts";
import { LiveText } from "./live-text.ts";
import { RETRY_CLASSES, retryDelayMs } from "./retry-policy.ts";
import { RunParked } from "./run-interrupts.ts";

/** A wait longer than this gives the worker's place to another run. */
const PARK_FROM_MS = 10_000;

interface Call {
  key: string;
  request: ModelRequest;
  place: Place;
  turn: number;
  hash: string;
  startedAt: string;
}

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
  const call: Call = { key, request, place, turn, hash, startedAt: context.now() };
  const failures = earlierFailures(context, call);
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
      const failure = error instanceof ModelCallError ? error : undefined;
      if (!failure) throw error;
      const count = failures.get(failure.failure) ?? 0;
      failures.set(failure.failure, count + 1);
      await afterFailure(context, call, attempt, failure, count);
    } finally {
      live.end();
    }
  }
}

/**
 * How often the call has failed by each kind before this worker took it up: a wait between two attempts does not begin
 * the count anew. Attempts that a dead worker left open are void: nobody knows whether the provider did them.
 */
function earlierFailures(context: ExecutionContext, call: Call): Map<ModelFailure, number> {
  const failures = new Map<ModelFailure, number>();
  for (const attempt of context.journal.contents.attempts) {
    if (attempt.stepKey !== call.key) continue;
    if (attempt.failure) failures.set(attempt.failure, (failures.get(attempt.failure) ?? 0) + 1);
    if (attempt.outcome !== "pending") continue;
    attempt.outcome = "ambiguous";
    context.system.bus.endCall(`run:${context.journal.claim.run.id}`, attempt.id);
    context.journal.recordAttempt({ ...attempt, outcome: "ambiguous", endedAt: context.now() });
    context.journal.emit(
      `${attempt.id}/restarted`,
      "attempt_restarted",
      { callId: attempt.id, stepKey: call.key, outcome: "ambiguous" },
      call.place,
    );
  }
  return failures;
}

/** The ledger's row is stored before a byte is sent. */
async function beginAttempt(context: ExecutionContext, call: Call, route: ModelRoute): Promise<AttemptRecord> {
  const attempt: AttemptRecord = {
    id: context.system.newId("attempt"),
    stepKey: call.key,
    provider: route.provider,
    model: route.modelId,
    outcome: "pending",
    failure: null,
    inputTokens: null,
    outputTokens: null,
    costUsd: null,
    sentAt: context.now(),
    endedAt: null,
  };
  context.journal.recordAttempt(attempt);
  context.journal.emit(
    `${attempt.id}/started`,
    "llm_call_started",
    { callId: attempt.id, stepKey: call.key, turn: call.turn, model: call.request.model },
    call.place,
  );
  await context.journal.commit();
  // A worker that drains finishes what it has begun. A stop that cannot wait comes before the first byte, and says so:
  // an attempt left open would count as one that the provider may have served.
  if (context.signal.aborted) {
    context.journal.recordAttempt({ ...attempt, outcome: "not_sent", endedAt: context.now() });
    context.refuseWhenStopping();
  }
  return attempt;
}

function completeAttempt(context: ExecutionContext, call: Call, attempt: AttemptRecord, route: ModelRoute, reply: ModelReply): void {
  const { journal } = context;
  const endedAt = context.now();
  const inputTokens = reply.usage?.inputTokens ?? null;
  const outputTokens = reply.usage?.outputTokens ?? null;
  const costUsd = reply.usage ? route.priceOf(reply.usage) : null;
  journal.recordAttempt({ ...attempt, outcome: "completed", inputTokens, outputTokens, costUsd, endedAt });
  journal.charge({ modelCalls: 1, inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0, costUsd });
  journal.recordStep({
    key: call.key,
    kind: "model",
    class: "read",
    state: "done",
    inputHash: call.hash,
    result: reply,
    startedAt: call.startedAt,
    endedAt,
  });
  journal.emit(
    `${attempt.id}/completed`,
    "llm_call_completed",
    {
      callId: attempt.id,
      stepKey: call.key,
      turn: call.turn,
      text: reply.text,
      toolCalls: reply.toolCalls,
      finishReason: reply.finishReason,
      usage: { inputTokens, outputTokens },
      costUsd,
      durationMs: Date.parse(endedAt) - Date.parse(attempt.sentAt),
    },
    call.place,
  );
  journal.commitSoon();
}

/** Waits, parks or gives up; returns when another attempt is due. */
async function afterFailure(
  context: ExecutionContext,
  call: Call,
  attempt: AttemptRecord,
  error: ModelCallError,
  earlier: number,
): Promise<void> {
  const { journal } = context;
  journal.recordAttempt({ ...attempt, outcome: RETRY_CLASSES[error.failure].outcome, failure: error.failure, endedAt: context.now() });
  const retryInMs = context.signal.aborted ? null : retryDelayMs(error, earlier);
  const { outcome } = RETRY_CLASSES[error.failure];
  journal.emit(
    `${attempt.id}/failed`,
    "llm_call_failed",
    { callId: attempt.id, stepKey: call.key, turn: call.turn, outcome, error: { code: error.failure, message: error.message }, retryInMs },
    call.place,
  );
  context.refuseWhenStopping();
  if (retryInMs === null)
    throw new RunFailure(`model_${error.failure}`, giveUpSentence(call.request.model, error, earlier), { cause: error });
  if (retryInMs >= PARK_FROM_MS) await parkUntil(context, retryInMs, error);
  await journal.commit();
  await sleep(retryInMs, undefined, { signal: context.signal }).catch(() => context.refuseWhenStopping());
}

async function parkUntil(context: ExecutionContext, delayMs: number, error: ModelCallError): Promise<never> {
  const { journal } = context;
  const wakeAt = new Date(context.system.now().getTime() + delayMs).toISOString();
  const reason = error.failure === "rate_limited" ? "provider_limit" : "timer";
  journal.emit(`waiting:${journal.claim.run.attempt}`, "run_waiting", { reason, until: wakeAt, detail: error.message });
  await journal.leave({ state: "waiting", reason, wakeAt, releasedBecause: null, output: null, error: null, answer: null });
  throw new RunParked();
}

function giveUpSentence(model: string, error: ModelCallError, earlier: number): string {
  const tries = earlier === 0 ? "" : ` after ${earlier + 1} attempts of this kind`;
  return `The model ${model} could not answer${tries}: ${error.message}`;
}
