import { type ArgumentSchema, schemaProblems } from "./json-schema-check.ts";
import type { ToolCall } from "./model.ts";
import { parseShallowJson } from "./parse-shallow-json.ts";
import { callErrors } from "./prompts.ts";
import type { EngineTool } from "./tool.ts";

export const MOST_CALLS_PER_TURN = 16;

/** A call as the engine goes on with it: either it can run, or `refusal` goes back to the model. */
export interface CheckedCall {
  /** Unique within the turn, also where the model's own ids were not. */
  id: string;
  /** Part of a step key: letters, digits, `.`, `_`, `-`. */
  keyPart: string;
  name: string;
  /** Well-formed JSON, also where the model's was not: providers refuse a history with malformed arguments. */
  argumentsJson: string;
  /** Tells two calls apart for the loop detectors: the same for arguments in another order. */
  signature: string;
  runnable: { tool: EngineTool; args: Record<string, unknown> } | null;
  refusal: string | null;
}

export interface CheckedTurn {
  calls: CheckedCall[];
  /** At least one call was faulty, so none may run: what the model meant as a whole is unknown. */
  needsRepair: boolean;
}

/** Judges the calls of one reply. Bad output of a model is data, never an exception. */
export function checkToolCalls(calls: readonly ToolCall[], tools: readonly EngineTool[]): CheckedTurn {
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(call.id, (counts.get(call.id) ?? 0) + 1);
  const ids = uniqueNames(calls.map((call, index) => call.id || `call_${index + 1}`));
  const keyParts = uniqueNames(ids.map((id) => id.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 64)));

  const checked = calls.map((call, index): CheckedCall => {
    const isExtra = index >= MOST_CALLS_PER_TURN;
    const isDuplicate = (counts.get(call.id) ?? 0) > 1 && call.id !== "";
    const verdict = isExtra ? { fault: null } : judge(call, tools, isDuplicate);
    const args = "args" in verdict ? verdict.args : (parseObject(call.arguments) ?? {});
    return {
      id: ids[index] ?? call.id,
      keyPart: keyParts[index] ?? String(index),
      name: call.name,
      argumentsJson: JSON.stringify(args),
      signature: `${call.name} ${canonicalJson(args)}`,
      runnable: "tool" in verdict ? { tool: verdict.tool, args: verdict.args } : null,
      refusal: isExtra ? callErrors.tooMany(MOST_CALLS_PER_TURN) : "fault" in verdict ? verdict.fault : null,
    };
  });
  const needsRepair = checked.slice(0, MOST_CALLS_PER_TURN).some((call) => call.refusal !== null);
  if (needsRepair) for (const call of checked) call.refusal ??= callErrors.notRun;
  return { calls: checked, needsRepair };
}

type Verdict = { tool: EngineTool; args: Record<string, unknown> } | { fault: string };

function judge(call: ToolCall, tools: readonly EngineTool[], isDuplicate: boolean): Verdict {
  if (isDuplicate) return { fault: callErrors.duplicateId };
  const tool = tools.find((one) => one.name === call.name);
  if (tool === undefined)
    return {
      fault: callErrors.unknownTool(
        call.name,
        tools.map((one) => one.name),
      ),
    };
  const args = parseObject(call.arguments);
  if (args === undefined) return { fault: callErrors.malformedArguments(call.arguments) };
  const problems = schemaProblems(tool.parameters as ArgumentSchema, args);
  return problems.length > 0 ? { fault: callErrors.unfitArguments(problems) } : { tool, args };
}

function parseObject(json: string): Record<string, unknown> | undefined {
  // Models write nothing at all for a tool without arguments.
  if (json.trim() === "") return {};
  try {
    const value = parseShallowJson(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>(names);
  const seen = new Set<string>();
  return names.map((name) => {
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    let number = 2;
    while (taken.has(`${name}_${number}`)) number += 1;
    taken.add(`${name}_${number}`);
    return `${name}_${number}`;
  });
}

/** The same text for equal values, whatever the order of their keys. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : item,
  );
}
