import type { CrewInput } from "./crews.ts";
import type { MessagePart } from "./message-parts.ts";

/** What a card of a call shows; the run's events have all of it. */
const MAX_SHOWN_CHARACTERS = 4_000;
const RELATIONS: Record<string, "started" | "shown"> = { start_run: "started", read_run: "shown", stop_run: "shown" };

const RUN_ID = /^run_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** The crew in what was proposed; undefined: it is none. From outside, so that a page can draw calls without the schemas. */
export type ReadCrew = (definition: unknown) => CrewInput | undefined;

export interface AnswerCall {
  id: string;
  tool: string;
  args: unknown;
  /** null: it has not ended. */
  outcome: { text: string; isError: boolean } | null;
}

/**
 * The parts that an answer has by one call: the call itself, and what a platform tool has done by it. From call and result
 * alone, so that whoever follows the answer's events draws what is stored at its end.
 */
export function partsOfCall({ id, tool, args, outcome }: AnswerCall, readCrew: ReadCrew): MessagePart[] {
  const call: MessagePart = {
    type: "tool",
    callId: id,
    tool,
    arguments: cut(JSON.stringify(args)),
    result: outcome && cut(outcome.text),
    isError: outcome?.isError ?? false,
  };
  return outcome && !outcome.isError ? [call, ...partsOfResult({ tool, args, result: outcome.text }, readCrew)] : [call];
}

function partsOfResult({ tool, args, result }: { tool: string; args: unknown; result: string }, readCrew: ReadCrew): MessagePart[] {
  const relation = RELATIONS[tool];
  if (relation) {
    const { runId, crewName } = objectOf(result);
    const isId = typeof runId === "string" && RUN_ID.test(runId);
    return isId ? [{ type: "run", runId, title: String(crewName ?? ""), relation }] : [];
  }
  if (tool !== "propose_crew") return [];
  const definition = readCrew((args as { definition?: unknown } | null)?.definition);
  const { crewId } = objectOf(result);
  if (!definition) return [];
  return [{ type: "crew", crewId: typeof crewId === "string" ? crewId : null, name: definition.name, definition }];
}

/** Longer results were cut, and are no JSON any more: the head says what is asked here. */
function objectOf(result: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(result);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    const named = (name: string) => new RegExp(`"${name}": "([^"\\\\]*)"`).exec(result.slice(0, 1_000))?.[1];
    return { runId: named("runId"), crewName: named("crewName") };
  }
}

function cut(text: string): string {
  return text.length <= MAX_SHOWN_CHARACTERS ? text : `${text.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}
