import type { KnownRunEvent, RunEvent, RunEventData } from "@crew/contracts/run-events";
import type { RunCommand } from "@crew/contracts/run-messages";
import { applyCall, applyDelta, applyTool, keyOf } from "./live-run-calls.ts";
import { LiveRunDraft } from "./live-run-draft.ts";
import { CHAT_TASK, type LiveFailure, type LiveItem, type LiveRunView } from "./live-run-view.ts";
import type { Delta } from "./topic-cursor.ts";

export type LiveInput = { event: RunEvent } | { delta: Delta };

/**
 * The view after more of a run's history. Pure: the same history gives the same view however it was cut into batches, and
 * whatever is in the view already changes nothing. Expects no holes: `TopicCursor` is in front of it.
 */
export function advanceRun(view: LiveRunView, inputs: readonly LiveInput[]): LiveRunView {
  const draft = new LiveRunDraft(view);
  let isChanged = false;
  for (const input of inputs) {
    isChanged = ("event" in input ? applyEvent(draft, input.event as KnownRunEvent) : applyDelta(draft, input.delta)) || isChanged;
  }
  return isChanged ? draft.view : view;
}

function applyEvent(draft: LiveRunDraft, event: KnownRunEvent): boolean {
  const { view } = draft;
  if (event.seq !== view.seq + 1) return false;
  view.seq = event.seq;
  applyLifeOfRun(draft, event);
  applyLifeOfTask(draft, event);
  applyCall(draft, event);
  applyTool(draft, event);
  applyPerson(draft, event);
  applyPace(draft, event);
  return true;
}

function applyLifeOfRun(draft: LiveRunDraft, event: KnownRunEvent): void {
  const { view } = draft;
  switch (event.type) {
    case "run_queued":
      view.startedBy = event.data.startedBy;
      break;
    case "crew_kickoff_started":
      begin(view, event.at);
      view.crewName = event.data.crewName;
      for (const { key, agentKey, agentRole } of event.data.tasks) Object.assign(draft.task(key), { agentKey, agentRole });
      break;
    case "conversation_turn_started":
      begin(view, event.at);
      Object.assign(draft.task(CHAT_TASK), { state: "running", startedAt: event.at, model: event.data.model });
      break;
    case "run_resumed": {
      const resumption = { ...event.data, at: event.at };
      begin(view, event.at);
      view.attempt = event.data.attempt;
      view.resumptions.push(resumption);
      wakeTask(draft);
      // An answer or a timer is the ordinary end of a wait, told by its own note; only what was not planned is news.
      note(draft, event, { note: "resumed", ...resumption });
      break;
    }
    case "run_waiting": {
      view.state = "waiting";
      view.waiting = event.data;
      const { current } = draft;
      if (current !== undefined && draft.task(current).state === "running") draft.task(current).state = "waiting";
      // A pause has told itself, with the name of who asked for it.
      if (event.data.reason !== "paused") note(draft, event, { note: "waiting", ...event.data });
      break;
    }
    case "crew_kickoff_completed":
      end(draft, "succeeded", event.at);
      view.output = event.data.output;
      break;
    case "conversation_turn_completed":
      end(draft, "succeeded", event.at);
      break;
    case "crew_kickoff_failed":
    case "conversation_turn_failed":
      view.error = event.data.error;
      end(draft, "failed", event.at);
      break;
    case "run_cancelled":
      view.cancelledBy = event.data.by;
      end(draft, "cancelled", event.at);
      break;
  }
}

function applyLifeOfTask(draft: LiveRunDraft, event: KnownRunEvent): void {
  switch (event.type) {
    case "task_started": {
      const { taskKey, ...said } = event.data;
      if (event.taskId !== null) draft.view.places[event.taskId] = taskKey;
      Object.assign(draft.task(taskKey), said, { state: "running", startedAt: event.at });
      break;
    }
    case "agent_execution_started": {
      const task = draft.task(keyOf(draft, event));
      task.model = event.data.model;
      task.tools = event.data.tools;
      break;
    }
    case "task_completed":
      Object.assign(draft.task(event.data.taskKey), { state: "succeeded", output: event.data.output, endedAt: event.at });
      break;
    case "task_skipped": {
      const { taskKey, output } = event.data;
      Object.assign(draft.task(taskKey), { state: "skipped", output, endedAt: event.at });
      break;
    }
    case "task_failed":
      Object.assign(draft.task(event.data.taskKey), { state: "failed", error: event.data.error, endedAt: event.at });
      break;
  }
}

function applyPerson(draft: LiveRunDraft, event: KnownRunEvent): void {
  const { view } = draft;
  if (event.type === "human_feedback_requested") {
    const { approvalId, ...question } = event.data;
    view.approvals.push({ id: approvalId, ...question, askedAt: event.at, answer: null });
    note(draft, event, { note: "asked", approvalId });
  } else if (event.type === "human_feedback_received") {
    const { approvalId, outcome, feedback, by } = event.data;
    takeAnswer(draft, event, approvalId, { outcome, feedback, by });
  } else if (event.type === "human_feedback_expired") {
    takeAnswer(draft, event, event.data.approvalId, { outcome: "expired", feedback: "", by: event.data.action });
  } else if (event.type === "run_steered") {
    const { text: words, ...said } = event.data;
    note(draft, event, { note: "steered", ...said, words });
  } else if (event.type === "run_paused") note(draft, event, { note: "paused", ...event.data });
  else if (event.type === "human_feedback_escalated") note(draft, event, { note: "escalated", to: event.data.to });
}

function takeAnswer(
  draft: LiveRunDraft,
  event: KnownRunEvent,
  approvalId: string,
  answer: { outcome: string; feedback: string; by: string },
): void {
  const { view } = draft;
  view.approvals = view.approvals.map((asked) => (asked.id === approvalId ? { ...asked, answer: { ...answer, at: event.at } } : asked));
  note(draft, event, { note: "answered", ...answer });
  if (view.state === "waiting") view.state = "queued";
  view.waiting = null;
  wakeTask(draft);
}

/** What slows a run down or turns it elsewhere. */
function applyPace(draft: LiveRunDraft, event: KnownRunEvent): void {
  switch (event.type) {
    case "llm_fallback":
      // The attempt that failed last tells it; where none was made, a note does.
      if (!turnAttempt(draft, event)) note(draft, event, { note: "fallback", ...event.data });
      break;
    case "provider_wait":
      note(draft, event, { note: "provider_wait", ...event.data });
      break;
    case "deadline_reached":
      note(draft, event, { note: "deadline", ...event.data });
      break;
    case "budget_reached":
      note(draft, event, { note: "budget", ...event.data });
      break;
  }
}

/** The attempt before it was the last of its model, not of its call. */
function turnAttempt(draft: LiveRunDraft, event: Extract<KnownRunEvent, { type: "llm_fallback" }>): boolean {
  const turn = draft.item(keyOf(draft, event), "turn", event.data.stepKey);
  if (turn?.state !== "failed") return false;
  turn.state = "retrying";
  turn.retries = turn.retries.map((retry, at) =>
    at === turn.retries.length - 1 ? { ...retry, isLast: false, turnedTo: event.data.to } : retry,
  );
  return true;
}

type NoteText =
  | ({ note: "fallback" } & RunEventData<"llm_fallback">)
  | ({ note: "provider_wait" } & RunEventData<"provider_wait">)
  | ({ note: "deadline" } & RunEventData<"deadline_reached">)
  | ({ note: "budget" } & RunEventData<"budget_reached">)
  | ({ note: "resumed" } & LiveRunView["resumptions"][number])
  | ({ note: "waiting" } & NonNullable<LiveRunView["waiting"]>)
  | { note: "steered"; seq: number; by: string; words: string; command: RunCommand; understood: string }
  | { note: "paused"; by: string }
  | { note: "asked"; approvalId: string }
  | { note: "answered"; outcome: string; feedback: string; by: string }
  | { note: "escalated"; to: string };

function note(draft: LiveRunDraft, event: KnownRunEvent, text: NoteText): void {
  const taskKey = event.taskId === null ? draft.current : keyOf(draft, event);
  if (taskKey !== undefined) draft.add(taskKey, { kind: "note", id: `${event.seq}`, at: event.at, ...text });
}

function begin(view: LiveRunView, at: string): void {
  view.state = "running";
  view.waiting = null;
  view.startedAt ??= at;
  if (view.attempt === 0) view.attempt = 1;
}

function wakeTask(draft: LiveRunDraft): void {
  const { current } = draft;
  if (current !== undefined && draft.task(current).state === "waiting") draft.task(current).state = "running";
}

/** Nothing may look alive after the end: text in flight is void, and what was at work ends as the run does. */
function end(draft: LiveRunDraft, state: "succeeded" | "failed" | "cancelled", at: string): void {
  const { view } = draft;
  view.state = state;
  view.endedAt = at;
  view.waiting = null;
  view.early = {};
  for (const { key } of [...view.tasks]) {
    const task = draft.task(key);
    const isOpen = task.state === "running" || task.state === "waiting";
    if (isOpen) Object.assign(task, { state, endedAt: at });
    else if (task.state === "pending" && state !== "succeeded") task.state = "cancelled";
    if (isOpen && state === "failed") task.error ??= view.error;
    for (const item of task.items) endItem(draft, key, item, stoppedBy(state, view.error));
  }
}

/** Text in flight is stored nowhere, so a page that watched must not show more than one that is opened later. */
function endItem(draft: LiveRunDraft, taskKey: string, { kind, id, ...item }: LiveItem, why: LiveFailure): void {
  if (kind === "turn" && "text" in item && (item.state === "streaming" || item.state === "retrying")) {
    Object.assign(draft.item(taskKey, kind, id) ?? {}, { state: "failed", text: "", reasoning: "" });
  } else if (kind === "tool" && "result" in item && item.state === "running") {
    Object.assign(draft.item(taskKey, kind, id) ?? {}, { state: "failed", error: why });
  }
}

function stoppedBy(state: string, error: LiveFailure | null): LiveFailure {
  return error ?? { code: state, message: state === "cancelled" ? "The run was stopped while this was under way." : "The run ended." };
}
