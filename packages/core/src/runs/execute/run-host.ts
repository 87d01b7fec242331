import type { RunHost } from "@crew/engine/host";
import type { ExecutionContext } from "./execution-context.ts";
import { callModel } from "./journaled-model-call.ts";
import { recall } from "./journaled-recall.ts";
import { callTool } from "./journaled-tool-call.ts";
import { askPerson } from "./people.ts";
import { rememberOutput } from "./remember-output.ts";
import { TaskClocks } from "./task-clocks.ts";
import { admitTool } from "./tool-gate.ts";

/** The engine's view of one run: every call goes through the journal, and so happens once. */
export function runHost(context: ExecutionContext): RunHost {
  const { journal } = context;
  const { run, documents } = journal.claim;
  const clocks = new TaskClocks(context);
  return {
    inputs: run.inputs,
    inputSource: run.startedBy.kind === "trigger" ? `trigger ${run.startedBy.name}` : null,
    documents,
    signal: context.signal,
    emit: (key, type, data, place) => journal.emit(key, type, data, place),
    limitTime: (at, limits, place) => clocks.begin(at, limits, place),
    hear: (key, place) => clocks.within(key, (context) => context.hearing.hear(key, place)),
    callModel: (key, request, at) => clocks.within(key, (context) => callModel(context, key, request, at)),
    admitTool: (key, call, place) => clocks.within(key, (context) => admitTool(context, key, call, place)),
    callTool: (key, call, place) => clocks.within(key, (context) => callTool(context, key, call, place)),
    recall: (key, words, place) => recall(context, key, words, place),
    askPerson: (key, question, place) =>
      askPerson(context, key, { kind: "human_input", message: question.message, output: question.output }, place),
    completeTask(key, output, { taskId, agentId }) {
      const { position, taskKey, agentKey, text, json, skippedBy: by } = output;
      const taintedBy = [...output.taintedBy];
      if (journal.contents.eventKeys.has(key)) return;
      journal.recordOutput({ position, taskId, taskKey, agentId, agentKey, text, json, taintedBy, createdAt: context.now() });
      // Nothing was learned that a later run could use.
      if (by !== undefined) return journal.emit(key, "task_skipped", { taskKey, agentKey, by, output: text }, { taskId, agentId });
      journal.emit(
        key,
        "task_completed",
        { taskKey, agentKey, output: text, tainted: taintedBy.length > 0, taintedBy },
        { taskId, agentId },
      );
      rememberOutput(context, key, output, { taskId, agentId });
    },
  };
}
