import { estimateRequestTokens } from "@crew/engine/estimate-tokens";
import type { ModelReply } from "@crew/engine/model";
import type { Lane, LaneGrant, LaneWait } from "../../model-providers/lanes-port.ts";
import type { ResolvedModel } from "../../model-providers/resolve-model.ts";
import type { ModelCallError } from "../../system.ts";
import type { ExecutionContext } from "./execution-context.ts";
import type { ModelCall } from "./model-call.ts";
import { ModelGaveUp } from "./model-gave-up.ts";
import { PARK_FROM_MS, parkRun } from "./park-run.ts";

/** A parked run is woken before its time, so that it stands ready when that comes. */
const WAKE_EARLY_MS = 1_500;
/** Shorter waits are not worth telling. */
const TOLD_FROM_MS = 1_000;

/** A call's turn at its provider; without a lane there is none to take. */
export interface Turn {
  lane: Lane;
  grant: LaneGrant;
}

/**
 * Returns when the call may be sent. A wait that would be long parks the run, or turns to the next model where there is
 * one (`ModelGaveUp`); one that would end after the run's deadline is not begun.
 */
export async function takeTurn(context: ExecutionContext, call: ModelCall, route: ResolvedModel, isLast: boolean): Promise<Turn | null> {
  const { lane } = route;
  if (!lane) return null;
  const { claim } = context.journal;
  const beganAt = performance.now();
  const most = Math.min(isLast ? Number.POSITIVE_INFINITY : PARK_FROM_MS, context.endsInMs() ?? Number.POSITIVE_INFINITY);
  const outcome = await context.lines.enter(lane, {
    crew: claim.run.crewId ?? claim.run.conversationId ?? claim.run.id,
    tokens: lane.limits.tokensPerMinute === null ? 0 : estimateRequestTokens(call.request),
    place: context.takePlace(call.key, lane.id),
    ...(most < Number.POSITIVE_INFINITY && { maxWaitMs: most }),
    signal: context.signal,
    onWait: (ms, because) => {
      if (ms < TOLD_FROM_MS) return;
      const data = { stepKey: call.key, provider: route.provider, ms: Math.round(ms), because };
      context.journal.emit(`${call.key}/wait:${claim.epoch}:${context.now()}`, "provider_wait", data, call.place);
      context.journal.commitSoon();
    },
  });
  context.system.metrics.count("lane_wait_seconds", { provider: route.label }, (performance.now() - beganAt) / 1_000);
  if (outcome?.grant) return { lane, grant: outcome.grant };
  context.refuseWhenStopping();
  if (!outcome) throw new Error("a wait ends early only by a stop");
  return leaveLine(context, call, route, lane, outcome, isLast);
}

async function leaveLine(
  context: ExecutionContext,
  call: ModelCall,
  route: ResolvedModel,
  lane: Lane,
  wait: LaneWait,
  isLast: boolean,
): Promise<never> {
  const seconds = Math.ceil(wait.waitMs / 1_000);
  const because = `${route.provider} takes no more calls for ${seconds} s.`;
  const endsInMs = context.endsInMs();
  const isTooLate = endsInMs !== null && wait.waitMs >= endsInMs;
  if (isTooLate || !isLast) {
    const why = isTooLate ? " That is after the deadline, so it was not waited for." : "";
    const message = `The model ${call.request.model} could not be asked: ${because}${why}`;
    throw new ModelGaveUp("model_rate_limited", message, { because, isWorthAnotherModel: true });
  }
  const delayMs = Math.max(wait.waitMs - WAKE_EARLY_MS, 0);
  const laneTurn = wait.place && { lane: lane.id, key: call.key, at: wait.place.at };
  return parkRun(context, { reason: "provider_limit", delayMs, detail: `${route.provider} takes no more calls for now.`, laneTurn });
}

/** The provider has refused for now: nobody asks it for `delayMs`. */
export async function refuseTurn(context: ExecutionContext, turn: Turn | null, route: ResolvedModel, delayMs: number): Promise<void> {
  context.system.metrics.count("model_refusals", { provider: route.label });
  if (turn) await context.system.lanes.refused(turn.lane, turn.grant, delayMs);
}

/** The call is over, well or not; `reply`: what it has used. Never fails the call. */
export function endTurn(context: ExecutionContext, turn: Turn | null, reply: ModelReply | ModelCallError | undefined): void {
  if (!turn) return;
  const { tokensPerMinute, maxConcurrent } = turn.lane.limits;
  if (tokensPerMinute === null && maxConcurrent === null) return;
  const usage = reply && "usage" in reply ? reply.usage : null;
  const tokens = usage ? usage.inputTokens + usage.outputTokens : null;
  context.system.lanes
    .finish(turn.lane, turn.grant, tokens)
    .catch((error: unknown) => context.system.log.debug({ err: error }, "the end of a call was not told to its lane"));
}
