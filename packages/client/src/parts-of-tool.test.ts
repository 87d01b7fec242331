import { CrewInput } from "@crew/contracts/crews";
import type { MessagePart } from "@crew/contracts/message-parts";
import type { KnownRunEvent, RunEvent } from "@crew/contracts/run-events";
import { describe, expect, test } from "vitest";
import { advanceRun } from "./live-run.ts";
import { EMPTY_LIVE_RUN } from "./live-run-view.ts";
import { partsOfTool } from "./parts-of-tool.ts";

const RUN = "run_01kgm0tqhfe9kvqhx6qv9xr5r3";
const CREW = {
  name: "Tide notes",
  model: "demo/extractive",
  agents: [{ key: "scribe", role: "Scribe", goal: "Write notes" }],
  tasks: [{ key: "note", description: "Write", expectedOutput: "A list", agent: "scribe" }],
};

const readCrew = (definition: unknown) => CrewInput.safeParse(definition).data;

type Told = Pick<KnownRunEvent, "type" | "data">;

/** Of an answer whose run has told this and no more. */
function partsAfter(...told: Told[]): MessagePart[] {
  const begun: Told = {
    type: "conversation_turn_started",
    data: { conversationId: "conversation_a", messageId: "message_a", model: "demo/extractive" },
  };
  const events = [begun, ...told].map((one, at) => {
    const event = { ...one, seq: at + 1, at: new Date(1_790_000_000_000 + at).toISOString(), runId: RUN, taskId: null, agentId: null };
    return { event: event as RunEvent };
  });
  const { tasks } = advanceRun(EMPTY_LIVE_RUN, events);
  return tasks.flatMap(({ items }) => items.flatMap((item) => (item.kind === "tool" ? partsOfTool(item, readCrew) : [])));
}

const call = (step: string, tool: string) => ({ toolCallId: step, stepKey: step, tool });
const begin = (step: string, tool: string, args: unknown): Told => ({
  type: "tool_usage_started",
  data: { ...call(step, tool), class: "read", arguments: args },
});
const end = (step: string, tool: string, result: string): Told => ({
  type: "tool_usage_finished",
  data: { ...call(step, tool), result, durationMs: 5 },
});

describe("an answer under way", () => {
  const started = JSON.stringify({ runId: RUN, crewName: "Tide notes", state: "queued", link: `/runs/${RUN}` });
  const runPart = { type: "run", runId: RUN, title: "Tide notes", relation: "started" };

  test("has a call's card from its start, and a run's as soon as the call that starts it has ended", () => {
    const begun = begin("t1", "start_run", { inputs: { topic: "tides" } });
    const card = { type: "tool", callId: "t1", tool: "start_run", arguments: '{"inputs":{"topic":"tides"}}', isError: false };
    expect(partsAfter(begun)).toEqual([{ ...card, result: null }]);
    expect(partsAfter(begun, end("t1", "start_run", started))).toEqual([{ ...card, result: started }, runPart]);
  });

  test("keeps the cards in the order of the calls, whichever ends first, and again after a worker was lost", () => {
    const calls = [begin("t1", "start_run", {}), begin("t2", "calculator", {}), end("t2", "calculator", "42")];
    const types = (parts: MessagePart[]) => parts.map((part) => (part.type === "tool" ? part.tool : part.type));
    expect(types(partsAfter(...calls))).toEqual(["start_run", "calculator"]);
    const resumed: Told = { type: "run_resumed", data: { attempt: 2, atStep: 1, because: "worker_lost", afterMs: 9 } };
    const all = [...calls, resumed, begin("t1", "start_run", {}), end("t1", "start_run", started)];
    expect(types(partsAfter(...all))).toEqual(["start_run", "run", "calculator"]);
  });

  test("says that a call has failed, and draws nothing that came of it", () => {
    const failed: Told = {
      type: "tool_usage_error",
      data: { ...call("t1", "start_run"), error: { code: "tool_failed", message: "No such crew." }, durationMs: 3 },
    };
    expect(partsAfter(begin("t1", "start_run", {}), failed)).toEqual([
      { type: "tool", callId: "t1", tool: "start_run", arguments: "{}", result: "No such crew.", isError: true },
    ]);
    expect(partsAfter(failed)).toMatchObject([{ result: "No such crew.", isError: true }]);
  });

  test("proposes a crew as it was checked, and nothing that is none", () => {
    const propose = (definition: unknown) =>
      partsAfter(begin("t1", "propose_crew", { definition }), end("t1", "propose_crew", '{"crewId":null}')).slice(1);
    expect(propose(CREW)).toMatchObject([{ type: "crew", crewId: null, name: "Tide notes", definition: { process: "sequential" } }]);
    expect(propose({ name: "Half" })).toEqual([]);
  });

  test("shows the head of what is long, and still finds the run in it", () => {
    const long = `{\n  "runId": "${RUN}",\n  "crewName": "Tide notes",\n  "text": "${"x".repeat(70_000)}`;
    const [card, run] = partsAfter(begin("t1", "read_run", { note: "y".repeat(5_000) }), end("t1", "read_run", long));
    expect(card).toMatchObject({ result: `${long.slice(0, 4_000)}…` });
    expect(card).toHaveProperty("arguments.length", 4_001);
    expect(run).toEqual({ ...runPart, relation: "shown" });
  });
});
