import { reasoningStream } from "@crew/contracts/reasoning-stream";
import type { ModelReply } from "@crew/engine/model";
import { reasoningText } from "@crew/engine/reasoning";
import { SaidMeanwhile } from "@crew/engine/steering";
import type { ModelCallError, ModelRoute } from "../../system.ts";
import { beginWithinBudgets } from "./begin-within-budgets.ts";
import { type CountedUsage, estimateUsage, NO_USAGE } from "./estimate-usage.ts";
import type { ExecutionContext } from "./execution-context.ts";
import type { AttemptRecord } from "./journal-repository.ts";
import type { ModelCall } from "./model-call.ts";
import { RETRY_CLASSES } from "./retry-policy.ts";

/** An attempt that may be sent. */
export interface BegunAttempt {
  attempt: AttemptRecord;
  /** What it may answer with under the run's budgets; `null`: as much as it likes. */
  maxOutputTokens: number | null;
}

/**
 * The ledger's row is stored before a byte is sent, together with what budgets reserve for it. Throws `BudgetReached`, and
 * `SaidMeanwhile`: its commit was behind the run's own row, so nothing that was said before it is missing in what is sent.
 */
export async function beginAttempt(context: ExecutionContext, call: ModelCall, route: ModelRoute): Promise<BegunAttempt> {
  const attempt: AttemptRecord = {
    id: context.system.newId("attempt"),
    stepKey: call.key,
    provider: route.provider,
    model: route.modelId,
    outcome: "pending",
    failure: null,
    error: null,
    httpStatus: null,
    retryInMs: null,
    ...estimateUsage(route, call.request, ""),
    sentAt: context.now(),
    endedAt: null,
    agentId: call.place.agentId ?? null,
  };
  const data = { callId: attempt.id, stepKey: call.key, turn: call.turn, model: call.request.model };
  const tell = () => context.journal.emit(`${attempt.id}/started`, "llm_call_started", data, call.place);
  const maxOutputTokens = await beginWithinBudgets(context, call, route, attempt, tell);
  // A worker that drains finishes what it has begun. A stop that cannot wait comes before the first byte, and says so:
  // an attempt left open would count as one that the provider may have served.
  if (context.signal.aborted) {
    context.journal.recordAttempt({ ...attempt, ...NO_USAGE, outcome: "not_sent", endedAt: context.now() });
    context.refuseWhenStopping();
  }
  context.refuseWhenOvertaken();
  if (context.hearing.isBehind) {
    context.journal.recordAttempt({ ...attempt, ...NO_USAGE, outcome: "not_sent", endedAt: context.now() });
    const restarted = { callId: attempt.id, stepKey: call.key, outcome: "not_sent" };
    context.journal.emit(`${attempt.id}/restarted`, "attempt_restarted", restarted, call.place);
    throw new SaidMeanwhile();
  }
  return { attempt, maxOutputTokens };
}

/** Attempt, charge, step and event: one commit. */
export function completeAttempt(
  context: ExecutionContext,
  call: ModelCall,
  attempt: AttemptRecord,
  route: ModelRoute,
  reply: ModelReply,
): void {
  const { journal } = context;
  const endedAt = context.now();
  const usage = usageOf(route, call, reply);
  const reasoning = reasoningText(reply);
  const { inputTokens, outputTokens, costUsd } = usage;
  journal.recordAttempt({ ...attempt, ...usage, outcome: "completed", endedAt });
  journal.charge({ modelCalls: 1, inputTokens, outputTokens, costUsd });
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
      ...(reasoning !== "" && { reasoning }),
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

/** What the provider has counted, or what we count where it does not: no call is free because nobody said what it took. */
function usageOf(route: ModelRoute, { request }: ModelCall, reply: ModelReply): CountedUsage {
  const { usage, text, toolCalls } = reply;
  if (usage === null) return estimateUsage(route, request, reasoningText(reply) + text + JSON.stringify(toolCalls));
  return { ...usage, costUsd: route.priceOf(usage), isEstimated: false };
}

/**
 * A call that we have cut ourselves is charged by what was sent and what has come: the provider's own count comes with the
 * end of a reply, and this one has none.
 */
export function chargeCut(
  { journal }: ExecutionContext,
  call: ModelCall,
  attempt: AttemptRecord,
  route: ModelRoute,
  text: string,
): AttemptRecord {
  const usage = estimateUsage(route, call.request, text);
  journal.charge(usage);
  return { ...attempt, ...usage };
}

/** What became of it and when it is made again; `retryInMs`: `null`, it is not. Stored with the caller's next commit. */
export function failAttempt(
  context: ExecutionContext,
  call: ModelCall,
  attempt: AttemptRecord,
  error: ModelCallError,
  retryInMs: number | null,
): void {
  const { journal } = context;
  const { outcome } = RETRY_CLASSES[error.failure];
  const { inputTokens, outputTokens, costUsd } = attempt;
  journal.recordAttempt(
    {
      ...attempt,
      ...(error.failure !== "aborted" && NO_USAGE),
      outcome,
      failure: error.failure,
      error: error.message,
      httpStatus: error.status,
      retryInMs,
      endedAt: context.now(),
    },
    { inputTokens, outputTokens, costUsd },
  );
  journal.emit(
    `${attempt.id}/failed`,
    "llm_call_failed",
    {
      callId: attempt.id,
      stepKey: call.key,
      turn: call.turn,
      outcome,
      error: { code: error.failure, message: error.message },
      httpStatus: error.status,
      retryInMs,
    },
    call.place,
  );
}

/** An attempt that a dead worker left open is void: nobody knows whether the provider did it. */
export function voidOpenAttempt(context: ExecutionContext, call: ModelCall, attempt: AttemptRecord): void {
  const { journal } = context;
  closeOpenAttempt(context, { ...attempt, ...NO_USAGE });
  attempt.outcome = "ambiguous";
  journal.emit(`${attempt.id}/restarted`, "attempt_restarted", { callId: attempt.id, stepKey: call.key, outcome: "ambiguous" }, call.place);
}

/** A run that ends without asking again leaves no attempt open in the ledger, and pays for what it has sent. */
export function closeOpenAttempts(context: ExecutionContext): void {
  for (const attempt of context.journal.contents.attempts) {
    if (attempt.outcome !== "pending") continue;
    attempt.outcome = "ambiguous";
    const { inputTokens, outputTokens, costUsd } = attempt;
    context.journal.charge({ inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0, costUsd });
    closeOpenAttempt(context, attempt);
    const { id: callId, stepKey, outcome } = attempt;
    context.journal.emit(`${callId}/restarted`, "attempt_restarted", { callId, stepKey, outcome });
  }
}

function closeOpenAttempt({ journal, system, now }: ExecutionContext, attempt: AttemptRecord): void {
  for (const id of [attempt.id, reasoningStream(attempt.id)]) system.bus.endCall(`run:${journal.claim.run.id}`, id);
  journal.recordAttempt({ ...attempt, outcome: "ambiguous", endedAt: now() });
}
