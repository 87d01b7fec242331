import type { ModelMessage, ModelReply, ModelRequest } from "../model.ts";
import { crewForWish } from "./crew-for-wish.ts";
import { type ToldRun, tellInputs, tellList, tellRun, tellStart } from "./talk-words.ts";

type Step = { text: string } | { call: { name: string; args: Record<string, unknown> } };

const RUN_ID = /\brun_[0-7][0-9a-z]{25}\b/;
const CREW_ID = /\bcrew_[0-7][0-9a-z]{25}\b/;

/**
 * What the demonstration says for a crew or for the platform: it asks for inputs, starts a run when they are given as
 * `name: value`, and tells what a run's trace says. `null`: the request is none of those.
 */
export function talkReply({ messages, tools }: ModelRequest): Pick<ModelReply, "text" | "toolCalls"> | null {
  const offered = new Set(tools.map(({ name }) => name));
  const last = messages.findLastIndex(({ role }) => role === "user");
  const results = messages.slice(last).filter((message) => message.role === "tool");
  if (!offered.has("read_run") && !results.some(({ toolName }) => FOLLOW_UPS[toolName])) return null;
  const said = messages[last]?.content ?? "";
  const result = results.at(-1);
  const step = result ? afterResult(result, said, messages) : firstStep(said, offered.has("find_crews"));
  if ("text" in step) return { text: step.text, toolCalls: [] };
  const { name, args } = step.call;
  return { text: "", toolCalls: [{ id: `talk_${results.length + 1}`, name, arguments: JSON.stringify(args) }] };
}

const call = (name: string, args: Record<string, unknown> = {}): Step => ({ call: { name, args } });

function firstStep(said: string, isPlatform: boolean): Step {
  const runId = RUN_ID.exec(said)?.[0];
  if (runId) return call(/\b(?:stop|cancel)\b/i.test(said) ? "stop_run" : "read_run", { runId });
  const asksAboutRuns = /\b(?:runs?|fail\w*|went|wrong|happened|result|status|last|latest)\b/i.test(said) && pairsOf(said).size === 0;
  if (!isPlatform) return asksAboutRuns && !/\b(?:start|run it|run this)\b/i.test(said) ? call("find_runs") : call("crew_inputs");
  if (/\b(?:create|make|build|propose|set up|new)\b.*\bcrew\b/is.test(said)) return call("propose_crew", { definition: crewForWish(said) });
  const crewId = CREW_ID.exec(said)?.[0];
  if (crewId) return call("crew_inputs", { crewId });
  if (asksAboutRuns) return call("find_runs", /\b(?:fail\w*|wrong)\b/i.test(said) ? { state: "failed" } : {});
  return call("find_crews");
}

type Result = Extract<ModelMessage, { role: "tool" }>;

function afterResult({ toolName, content, isError }: Result, said: string, messages: readonly ModelMessage[]): Step {
  if (isError) return { text: content };
  const told = objectOf(content);
  return FOLLOW_UPS[toolName]?.(told, said, messages) ?? { text: content };
}

type FollowUp = (told: Record<string, unknown>, said: string, messages: readonly ModelMessage[]) => Step;

const FOLLOW_UPS: Record<string, FollowUp> = {
  crew_inputs(told, said, messages) {
    const needed = listOf(told.inputs).map(({ name }) => String(name));
    const earlier = messages.filter(({ role }) => role === "user").map(({ content }) => content);
    const pairs = new Map(earlier.flatMap((content) => [...pairsOf(content)]));
    const given = needed.filter((name) => pairs.has(name.toLowerCase()));
    const isMeant = /^\s*(?:yes|go|ok|start|run)\b|\bstart\b/i.test(said) || needed.some((name) => pairsOf(said).has(name.toLowerCase()));
    if (given.length < needed.length || !isMeant) return { text: tellInputs(told, given) };
    const inputs = Object.fromEntries(needed.map((name) => [name, pairs.get(name.toLowerCase()) ?? ""]));
    return call("start_run", { ...(CREW_ID.test(said) && { crewId: told.crewId }), inputs });
  },
  start_run: (told) => ({ text: tellStart(told) }),
  stop_run: (told) => ({ text: `${String(told.crewName)}: asked to stop; the run is ${String(told.state)} now.` }),
  find_runs(told, said) {
    const runs = listOf(told.runs);
    const failed = runs.find(({ state }) => state === "failed");
    const meant = /\b(?:fail\w*|wrong|why)\b/i.test(said) ? (failed ?? runs[0]) : runs[0];
    const isList = /\b(?:list|all|runs|which)\b/i.test(said) && !/\bwhy\b/i.test(said);
    return meant && !isList ? call("read_run", { runId: meant.runId }) : { text: tellList("runs", runs) };
  },
  read_run: (told) => ({ text: tellRun(told as unknown as ToldRun) }),
  find_crews: (told) => ({ text: tellList("crews", listOf(told.crews)) }),
  propose_crew: (told) => ({
    text: `Here is a small crew, “${String(told.proposed)}”. Look at it, and press the button if you want it: nothing is stored before.`,
  }),
};

/** `topic: tides`, each on a line of its own or parted by `;` or a comma. */
function pairsOf(text: string): Map<string, string> {
  const parts = text.slice(0, 20_000).split(/[\n;]|,(?=\s*[\w-]{1,100}\s*[:=])/);
  const found = parts.flatMap((part) => {
    const match = /^\s*([A-Za-z_][\w-]{0,99})\s*[:=]\s*(\S.*)$/.exec(part);
    return match ? [[(match[1] ?? "").toLowerCase(), (match[2] ?? "").trim()] as const] : [];
  });
  return new Map(found);
}

function objectOf(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}
