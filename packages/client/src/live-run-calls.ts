import { callOfStream, reasoningStream } from "@crew/contracts/reasoning-stream";
import type { KnownRunEvent } from "@crew/contracts/run-events";
import { addUsd } from "./add-usd.ts";
import type { LiveRunDraft } from "./live-run-draft.ts";
import { CHAT_TASK, type LiveRetry, type LiveTool, type LiveTurn } from "./live-run-view.ts";
import type { Delta } from "./topic-cursor.ts";

/** The part of a run's view that its model calls and tool calls fill. */

export function applyDelta(draft: LiveRunDraft, { callId: stream, offset, text }: Delta): boolean {
  if (draft.view.endedAt !== null) return false;
  const { callId, isReasoning } = callOfStream(stream);
  const field = isReasoning ? "reasoning" : "text";
  const place = draft.view.places[callId];
  const [taskKey, stepKey] = place === undefined ? [] : splitPlace(place);
  const turn = taskKey === undefined || stepKey === undefined ? undefined : draft.item(taskKey, "turn", stepKey);
  if (place !== undefined && (turn === undefined || turn.callId !== callId || turn.state !== "streaming")) return false;
  const shown = turn?.[field] ?? draft.view.early[stream] ?? "";
  if (offset > shown.length || offset + text.length <= shown.length) return false;
  const longer = shown + text.slice(shown.length - offset);
  if (turn !== undefined) turn[field] = longer;
  else draft.view.early[stream] = longer;
  return true;
}

export function applyCall(draft: LiveRunDraft, event: KnownRunEvent): void {
  switch (event.type) {
    case "llm_call_started":
      startCall(draft, event);
      break;
    case "llm_call_completed": {
      const { callId, usage, turn: _turn, stepKey: _stepKey, ...said } = event.data;
      const turn = turnOf(draft, event, event.data);
      Object.assign(turn, { reasoning: "" }, said, usage, { callId, state: "done" });
      const { totals } = draft.view;
      totals.modelCalls += 1;
      totals.inputTokens += usage.inputTokens ?? 0;
      totals.outputTokens += usage.outputTokens ?? 0;
      totals.costUsd = addUsd(totals.costUsd, said.costUsd);
      break;
    }
    case "llm_call_failed": {
      const { callId, outcome, error, httpStatus, retryInMs } = event.data;
      const turn = turnOf(draft, event, event.data);
      const failure = { failure: error.code, httpStatus: httpStatus ?? null, message: error.message };
      voidCall(turn, { callId, outcome, ...failure, retryInMs, isLast: retryInMs === null, at: event.at });
      if (retryInMs === null) turn.state = "failed";
      break;
    }
    case "attempt_restarted": {
      const { callId, outcome } = event.data;
      const unknown = { failure: null, httpStatus: null, message: "", retryInMs: null };
      voidCall(turnOf(draft, event, { ...event.data, turn: 0 }), { callId, outcome, ...unknown, isLast: false, at: event.at });
      break;
    }
  }
}

function startCall(draft: LiveRunDraft, event: Extract<KnownRunEvent, { type: "llm_call_started" }>): void {
  const { callId, model } = event.data;
  const text = draft.view.early[callId] ?? "";
  const reasoning = draft.view.early[reasoningStream(callId)] ?? "";
  const turn = turnOf(draft, event, event.data);
  // Asked again after an interruption, it stands below the note that tells of it.
  draft.moveToEnd(keyOf(draft, event), "turn", turn.id);
  Object.assign(turn, { callId, model, text, reasoning, state: "streaming", startedAt: event.at });
}

/** The turn at that step, made if it is new; a call belongs to it from now on. */
function turnOf(draft: LiveRunDraft, event: KnownRunEvent, call: { callId: string; stepKey: string; turn: number }): LiveTurn {
  const taskKey = keyOf(draft, event);
  draft.view.places[call.callId] = `${call.stepKey}\n${taskKey}`;
  delete draft.view.early[call.callId];
  delete draft.view.early[reasoningStream(call.callId)];
  return (
    draft.item(taskKey, "turn", call.stepKey) ??
    draft.add<LiveTurn>(taskKey, {
      kind: "turn",
      id: call.stepKey,
      turn: call.turn,
      model: "",
      callId: call.callId,
      text: "",
      reasoning: "",
      state: "streaming",
      toolCalls: [],
      finishReason: null,
      inputTokens: null,
      outputTokens: null,
      costUsd: null,
      durationMs: null,
      startedAt: event.at,
      retries: [],
    })
  );
}

function voidCall(turn: LiveTurn, said: Omit<LiveRetry, "model" | "turnedTo">): void {
  const retry = { ...said, model: turn.model, turnedTo: null };
  turn.text = "";
  turn.reasoning = "";
  turn.state = "retrying";
  // A failed attempt may be told twice: that it failed, and that its text is void.
  const known = turn.retries.find((other) => other.callId === retry.callId);
  turn.retries = known === undefined ? [...turn.retries, retry] : turn.retries;
}

export function applyTool(draft: LiveRunDraft, event: KnownRunEvent): void {
  switch (event.type) {
    case "tool_usage_started": {
      const { stepKey, tool, class: toolClass, arguments: args } = event.data;
      const taskKey = keyOf(draft, event);
      const known = draft.item(taskKey, "tool", stepKey);
      if (known !== undefined) {
        Object.assign(known, { state: "running", result: null, error: null, startedAt: event.at });
        break;
      }
      draft.view.totals.toolCalls += 1;
      draft.add(taskKey, {
        kind: "tool",
        id: stepKey,
        tool,
        class: toolClass,
        arguments: args,
        state: "running",
        result: null,
        error: null,
        durationMs: null,
        startedAt: event.at,
      });
      break;
    }
    case "tool_usage_finished":
    case "tool_usage_error": {
      const { stepKey, tool, durationMs } = event.data;
      const taskKey = keyOf(draft, event);
      const outcome =
        event.type === "tool_usage_finished" ? { state: "done", result: event.data.result } : { state: "failed", error: event.data.error };
      const receipt: LiveTool =
        draft.item(taskKey, "tool", stepKey) ??
        // A call that was refused before it began (unknown tool, arguments that do not fit) has an outcome and no start.
        draft.add(taskKey, {
          kind: "tool",
          id: stepKey,
          tool,
          class: "read",
          arguments: null,
          state: "running",
          result: null,
          error: null,
          durationMs,
          startedAt: event.at,
        });
      Object.assign(receipt, outcome, { durationMs });
      if (event.type === "tool_usage_finished" && event.data.fromCache && !receipt.fromCache) {
        receipt.fromCache = true;
        draft.view.totals.toolCalls -= 1;
      }
      break;
    }
  }
}

export function keyOf(draft: LiveRunDraft, event: KnownRunEvent): string {
  return (event.taskId === null ? undefined : draft.view.places[event.taskId]) ?? draft.current ?? CHAT_TASK;
}

function splitPlace(place: string): [taskKey: string, stepKey: string] {
  const at = place.indexOf("\n");
  return [place.slice(at + 1), place.slice(0, at)];
}
