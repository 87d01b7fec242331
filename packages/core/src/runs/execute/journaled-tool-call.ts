import type { Document } from "@crew/contracts/crews";
import type { AskedTool, Place, ToolOutcome } from "@crew/engine/host";
import { joinTaint, sourceOf } from "@crew/engine/taint";
import { type ToolContext, ToolInputError } from "@crew/engine/tool";
import { EgressError } from "../../egress/egress-port.ts";
import { documentsOf, searchFiles } from "./chat-files.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { idempotencyKeyOf } from "./idempotency-key-of.ts";
import { inputHash } from "./input-hash.ts";
import type { StepRecord } from "./journal-repository.ts";
import { noteRefusal } from "./note-refusal.ts";
import type { Answer } from "./people.ts";
import { type BegunCall, settleUnknown } from "./settle-unknown.ts";
import { timedStep } from "./timed-step.ts";
import { findKeptResult, keepResult } from "./tool-cache.ts";
import { toolEgress } from "./tool-egress.ts";
import { refusedCall } from "./tool-gate.ts";

const TOOL_TIMEOUT_MS = 30_000;
const MAX_RESULT_CHARACTERS = 64_000;

/** One tool call by the rule of its class: `unsafe` ones are not begun a second time without a person's word. */
export async function callTool(context: ExecutionContext, key: string, call: AskedTool, place: Place): Promise<ToolOutcome> {
  const { journal } = context;
  context.count("toolCalls");
  const hash = inputHash([call.tool.name, call.args]);
  const known = journal.contents.steps.get(key);
  if (known) context.refuseDrift(known, hash);
  if (known?.state === "done") return known.result as ToolOutcome;
  context.refuseWhenStopping();
  return timedStep(context, "tool", key, () => makeCall(context, stepOf(context, key, call, hash, known), call, place));
}

function stepOf(context: ExecutionContext, key: string, { tool }: AskedTool, hash: string, known: StepRecord | undefined): StepRecord {
  return {
    key,
    kind: "tool",
    class: tool.class,
    state: "started",
    inputHash: hash,
    result: tool.class === "unsafe" ? begunBy(context, known) : null,
    startedAt: context.now(),
    endedAt: null,
  };
}

async function makeCall(context: ExecutionContext, step: StepRecord, call: AskedTool, place: Place): Promise<ToolOutcome> {
  const { journal } = context;
  const { key } = step;
  const refused = (await refuseBeyondAuthority(context, call)) ?? refusedCall(context, key, call);
  if (refused) return finish(context, step, call, place, refused);
  const settled = await settleUnknown(context, key, call, place);
  if (settled) return finish(context, step, call, place, settled);
  const kept = await findKeptResult(context, call);
  tellStart(context, key, call, place);
  if (kept) return finish(context, step, call, place, kept, { fromCache: true });
  journal.recordStep(step);
  await journal.commit();
  context.refuseWhenStopping();
  const outcome = await watchedTool(context, key, call);
  keepResult(context, call, outcome);
  return finish(context, step, call, place, outcome);
}

function tellStart({ journal }: ExecutionContext, key: string, { id: toolCallId, tool, args }: AskedTool, place: Place): void {
  journal.emit(
    `${key}/started`,
    "tool_usage_started",
    { toolCallId, stepKey: key, tool: tool.name, class: tool.class, arguments: args },
    place,
  );
}

function begunBy({ worker }: ExecutionContext, known: StepRecord | undefined): BegunCall {
  return { times: known ? ((known.result as BegunCall | null)?.times ?? 1) + 1 : 1, worker };
}

/** The agent's rights are those of whoever started the run: a tool that needs more is not begun, and the model reads why. */
async function refuseBeyondAuthority(context: ExecutionContext, { tool }: AskedTool): Promise<ToolOutcome | null> {
  const permissions = await context.authorize();
  if (!tool.needs || permissions.includes(tool.needs)) return null;
  const { claim } = context.journal;
  await noteRefusal(context.system, claim, {
    action: "tool.refused",
    subject: claim.run.id,
    detail: { tool: tool.name, needed: tool.needs },
  });
  return {
    text: `This tool needs the permission ${tool.needs}. Whoever started this run does not have it here, so the tool was not used.`,
    isError: true,
  };
}

function finish(
  context: ExecutionContext,
  step: StepRecord,
  call: AskedTool,
  place: Place,
  outcome: ToolOutcome,
  { fromCache = false } = {},
): ToolOutcome {
  const { journal } = context;
  const endedAt = context.now();
  const durationMs = Date.parse(endedAt) - Date.parse(step.startedAt);
  const taintedBy = outcome.taintedBy ?? [];
  const told = { toolCallId: call.id, stepKey: step.key, tool: call.tool.name, durationMs, tainted: taintedBy.length > 0, taintedBy };
  if (outcome.isError)
    journal.emit(`${step.key}/error`, "tool_usage_error", { ...told, error: { code: "tool_failed", message: outcome.text } }, place);
  else
    journal.emit(`${step.key}/finished`, "tool_usage_finished", { ...told, result: outcome.text, ...(fromCache && { fromCache }) }, place);
  journal.recordStep({ ...step, state: "done", result: outcome, endedAt });
  // Nobody outside was asked.
  if (!fromCache) journal.charge({ toolCalls: 1 });
  journal.commitSoon();
  return outcome;
}

/** The tool at work, without what it was given and what it gave. */
function watchedTool(context: ExecutionContext, key: string, call: AskedTool): Promise<ToolOutcome> {
  const attributes = {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": call.tool.name,
    "gen_ai.tool.type": "function",
    "gen_ai.tool.call.id": call.id,
    "crew.tool.class": call.tool.class,
  };
  return context.system.traces.span({ name: `execute_tool ${call.tool.name}`, attributes }, async (span) => {
    const outcome = await runTool(context, key, call);
    if (outcome.isError) span.fail("tool_failed");
    return outcome;
  });
}

async function runTool(context: ExecutionContext, key: string, call: AskedTool): Promise<ToolOutcome> {
  const { tool, args } = call;
  const marks: string[] = [];
  const outcome = (text: string, isError: boolean): ToolOutcome => {
    const taintedBy = tool.isOutside && marks.length === 0 ? [sourceOf(tool, args)] : marks;
    // Before it goes to the model, the events and the journal: an answer may echo what the call was authorized with.
    const told = cut(context.system.secrets.redact(text));
    return { text: told, isError, ...(taintedBy.length > 0 && { taintedBy: joinTaint(taintedBy) }) };
  };
  const timeout = AbortSignal.timeout(TOOL_TIMEOUT_MS);
  const signal = AbortSignal.any([context.signal, timeout]);
  try {
    const documents = tool.readsPrivate ? await documentsOf(context) : [];
    return outcome(await tool.run(args, toolContext(context, key, call, { signal, marks, documents })), false);
  } catch (error) {
    context.refuseWhenStopping();
    if (timeout.aborted) return { text: `The tool took longer than ${TOOL_TIMEOUT_MS / 1000} s and was stopped.`, isError: true };
    if (error instanceof ToolInputError || error instanceof EgressError)
      return { text: cut(context.system.secrets.redact(error.message)), isError: true };
    context.system.log.warn({ err: error, tool: tool.name }, "a tool failed");
    // What a tool throws may quote what it was answered.
    return outcome(error instanceof Error ? error.message : String(error), true);
  }
}

function toolContext(
  context: ExecutionContext,
  key: string,
  call: AskedTool,
  { signal, marks, documents }: { signal: AbortSignal; marks: string[]; documents: readonly Document[] },
): ToolContext {
  return {
    signal,
    idempotencyKey: idempotencyKeyOf(context, key),
    now: () => context.system.now(),
    documents,
    searchFiles: (words) => searchFiles(context, words),
    markOutside: (source) => marks.push(source),
    answer: (context.journal.contents.steps.get(`${key}/question`)?.result as Answer | undefined)?.feedback ?? "",
    ...toolEgress(context, call.taintedBy.length > 0),
  };
}

function cut(text: string): string {
  if (text.length <= MAX_RESULT_CHARACTERS) return text;
  return `${text.slice(0, MAX_RESULT_CHARACTERS)}\n[cut: ${text.length - MAX_RESULT_CHARACTERS} more characters]`;
}
