import type { Approval } from "@crew/contracts/approvals";
import type { RunEvent } from "@crew/contracts/run-events";
import type { Run, TaskOutput } from "@crew/contracts/runs";
import { textOfValue } from "@crew/engine/interpolate";

interface Trace {
  run: Run;
  outputs: readonly TaskOutput[];
  documents: readonly { name: string; characters: number }[];
  events: readonly RunEvent[];
  approvals: readonly Approval[];
}

const INPUT_CHARACTERS = 1_000;
const OUTPUT_CHARACTERS = 6_000;
const WORDS_CHARACTERS = 300;

/** A run in few words, for a model that is asked about it. */
export function runDigest({ run, outputs, documents, events, approvals }: Trace): Record<string, unknown> {
  const asked = approvals.filter(({ decision }) => decision === null);
  return {
    runId: run.id,
    link: `/runs/${run.id}`,
    crewId: run.crewId,
    crewName: run.crewName,
    crewVersion: run.crewVersion,
    state: run.state,
    ...(run.reason && { waitsFor: run.reason }),
    ...(run.state === "waiting" &&
      asked.length > 0 && { asks: asked.map(({ kind, message }) => ({ kind, message: cut(message, WORDS_CHARACTERS) })) }),
    ...(run.error && { error: { code: run.error.code, message: cut(run.error.message, OUTPUT_CHARACTERS) } }),
    startedBy: run.startedBy.name,
    createdAt: run.createdAt,
    endedAt: run.endedAt,
    attempt: run.attempt,
    inputs: Object.fromEntries(Object.entries(run.inputs).map(([name, value]) => [name, cut(textOfValue(value), INPUT_CHARACTERS)])),
    documents,
    progress: run.progress,
    totals: run.totals,
    tasks: outputs.map(({ taskKey, agentKey, text }) => ({ task: taskKey, agent: agentKey, output: cut(text, OUTPUT_CHARACTERS) })),
    lastEvents: events.map(eventLine),
  };
}

/** `17 tool_usage_error http_get: The host did not answer.` */
function eventLine({ seq, type, data }: RunEvent): string {
  const { taskKey, tool, model, error, detail, outcome, because } = data as Record<string, unknown>;
  const about = [taskKey, tool, model].filter((word) => typeof word === "string" && word !== "").join(" ");
  const failure = (error as { message?: unknown } | undefined)?.message;
  const words = [failure, detail, outcome, because].find((text) => typeof text === "string" && text !== "");
  return cut(`${seq} ${type}${about && ` ${about}`}${words ? `: ${words}` : ""}`, WORDS_CHARACTERS);
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
