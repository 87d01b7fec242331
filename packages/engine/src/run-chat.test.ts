import type { MessagePart } from "@crew/contracts/message-parts";
import { expect, test } from "vitest";
import type { ChatSummary, SaidMessage } from "./chat-context.ts";
import { demoReply } from "./demo-model/demo-reply.ts";
import { estimateRequestTokens } from "./estimate-tokens.ts";
import { MemoryHost, MemoryJournal, SimulatedCrash } from "./memory-host.ts";
import { SUMMARY_INSTRUCTIONS } from "./prompts.ts";
import { type Chat, runChat } from "./run-chat.ts";
import { ScriptedModel } from "./scripted-model.ts";
import type { EngineTool } from "./tool.ts";

const said = (...contents: string[]): SaidMessage[] =>
  contents.map((content, index) => ({ seq: index + 1, role: index % 2 === 0 ? "user" : "assistant", content }));

function chatOf(more: Partial<Chat>): Chat {
  return {
    model: "local/one",
    fallbackModels: [],
    budget: 8_000,
    facts: [],
    summary: null,
    history: [],
    unread: 0,
    files: [],
    taintedBy: [],
    ...more,
  };
}

test("answers the last message, with the tools that fit", async () => {
  const model = new ScriptedModel([{ calls: [{ id: "a", name: "read_document", arguments: { name: "n.txt" } }] }, "Hi."]);
  const host = new MemoryHost({ model: model.reply, documents: [{ name: "n.txt", text: "secret" }] });
  const files = [{ name: "n.txt", characters: 6, text: null, excerpts: [] }];
  const chat = chatOf({ history: said("Hello", "", "And now?"), files });
  expect(await runChat(host, chat)).toEqual({ text: "Hi.", taintedBy: ["document n.txt"] });
  expect(host.asked).toEqual(["chat/turn:1/model", "chat/turn:1/tool:a", "chat/turn:2/model"]);
  expect(model.requests[0]?.messages.map((message) => message.role)).toEqual(["system", "user", "user"]);
  expect(model.requests[0]?.messages[0]?.content).toContain('"n.txt"');
  expect(model.requests[1]?.messages.at(-1)?.content).toBe("secret");
});

/** A long conversation, answered turn by turn; each answer keeps what was summarised for it, as the platform does. */
async function talk(turns: number, reply: (text: string) => string, chat: Partial<Chat> = {}) {
  const history: SaidMessage[] = [];
  const requests: { tokens: number; text: string; isSummary: boolean }[] = [];
  let summary = null as ChatSummary | null;
  let parts: MessagePart[] = [];
  for (let turn = 1; turn <= turns; turn++) {
    const content = turn === 3 ? "My boat is called Petrel." : `Question ${turn}? ${"word ".repeat(60)}`;
    history.push({ seq: turn * 2 - 1, role: "user", content: turn === turns ? "What is my boat called?" : content });
    const host = new MemoryHost({
      model: (request) => {
        const text = request.messages.map((message) => message.content).join("\n");
        const isSummary = request.messages[0]?.content === SUMMARY_INSTRUCTIONS;
        requests.push({ tokens: estimateRequestTokens(request), text, isSummary });
        return {
          text: isSummary ? reply(text) : `Answer ${turn}. ${"said ".repeat(60)}`,
          toolCalls: [],
          finishReason: "stop",
          usage: null,
        };
      },
    });
    const through = summary?.throughSeq ?? 0;
    const shown = history.filter(({ seq }) => seq > through);
    const answer = await runChat(host, {
      ...chatOf(chat),
      summary,
      history: shown,
      onShown: (told, made) => {
        parts = told;
        summary = made ?? summary;
      },
    });
    history.push({ seq: turn * 2, role: "assistant", content: answer.text });
  }
  return { requests, parts, summary };
}

const keepingBoats = (text: string) => (text.includes("Petrel") ? "The person's boat is called Petrel." : "Nothing of note.");

test("400 turns stay within the budget in every call, and what was said in the third is there when it is asked for", async () => {
  const { requests, parts, summary } = await talk(400, keepingBoats);
  expect(Math.max(...requests.map(({ tokens }) => tokens))).toBeLessThanOrEqual(8_000);
  const last = requests.at(-1);
  expect(last?.text).toContain("<earlier_messages>");
  expect(last?.text).toContain("boat is called Petrel");
  const context = parts.find((part) => part.type === "context");
  expect(context).toMatchObject({ budget: 8_000, omitted: 0, summarized: summary?.messages });
  expect((context?.whole ?? 0) + (context?.summarized ?? 0)).toBe(799);
  expect(parts.find((part) => part.type === "summary")).toMatchObject({
    text: "The person's boat is called Petrel.",
    messages: summary?.messages,
  });
  // Half the room is freed at once, so that most turns ask once and begin with what the last one began with.
  expect(requests.filter(({ isSummary }) => isSummary).length).toBeLessThan(40);
});

test("a pinned fact is shown however long ago it was said", async () => {
  const { requests } = await talk(60, () => "Nothing of note.", { facts: ["My boat is called Petrel."] });
  const answers = requests.filter(({ isSummary }) => !isSummary);
  expect(answers.every(({ text }) => text.includes("<pinned_facts>"))).toBe(true);
  expect(answers.at(-1)?.text).toContain("- My boat is called Petrel.");
});

test("a chat that is taken up again asks for the same and pays for its summary once", async () => {
  const history = Array.from(
    { length: 81 },
    (_, index) => said("x")[0] && { seq: index + 1, role: index % 2 ? "assistant" : "user", content: `${index} ${"word ".repeat(200)}` },
  ) as SaidMessage[];
  const calls: string[] = [];
  const answer = (crashAfterCommits: number | undefined, journal: MemoryJournal) =>
    runChat(
      new MemoryHost({
        journal,
        ...(crashAfterCommits !== undefined && { crashAfterCommits }),
        model: (request, key) => {
          calls.push(`${key} ${JSON.stringify(request).length}`);
          return { text: key.includes("summary") ? "Short." : "Done.", toolCalls: [], finishReason: "stop", usage: null };
        },
      }),
      chatOf({ history }),
    );
  const whole = await answer(undefined, new MemoryJournal());
  const unbroken = calls.splice(0);
  const journal = new MemoryJournal();
  for (let crash = 1; ; crash++) {
    const outcome = await answer(crash, journal).catch((error: unknown) => error);
    if (outcome instanceof SimulatedCrash) continue;
    expect(outcome).toEqual(whole);
    break;
  }
  expect(calls).toEqual(unbroken);
  expect(unbroken.filter((call) => call.includes("summary")).length).toBeGreaterThan(0);
});

const report = "# Report\n\nThe pump failed twice in May.\nRepairs cost 4,200 EUR. The new pump arrives on 3 June.\n";
const ask = async (question: string, documents = [{ name: "report.md", text: report }], isShown = false) => {
  const files = documents.map(({ name, text }) => ({ name, characters: text.length, text: isShown ? text : null, excerpts: [] }));
  const chat = chatOf({ model: "demo/extractive", history: said(question), files });
  return (await runChat(new MemoryHost({ model: demoReply, documents }), chat)).text;
};

test("the demonstration quotes attachments, calculates, and says what it can do", async () => {
  expect(await ask("How much did the repairs cost?")).toContain("> Repairs cost 4,200 EUR.");
  expect(await ask("How much did the repairs cost?", undefined, true)).toContain("> Repairs cost 4,200 EUR.");
  expect(await ask("What is 12 * (3 + 4)?", [])).toContain("12 * (3 + 4) = 84");
  expect(await ask("What are the risks?")).toBe("- The pump failed twice in May.");
  expect(await ask("hello", [])).toMatch(/^I only quote and calculate/);
  expect(await ask("Who won the election?")).toMatch(/^Nothing in what I was given matches/);
});

test("the demonstration summarises too, by quoting, and answers from that", async () => {
  const filler = Array.from({ length: 200 }, (_, index) =>
    index % 2 ? `Noted. ${"so ".repeat(120)}` : `The tide of day ${index} was ${index} cm. ${"so ".repeat(120)}`,
  );
  const history = said("The Petrel leaves on Tuesday.", "Noted.", ...filler, "When does the Petrel leave?");
  let parts: MessagePart[] = [];
  const chat = chatOf({ model: "demo/extractive", history, onShown: (told) => (parts = told) });
  const { text } = await runChat(new MemoryHost({ model: demoReply }), chat);
  expect(parts.find((part) => part.type === "summary")?.text).toContain("The Petrel leaves on Tuesday.");
  expect(text).toContain("The Petrel leaves on Tuesday.");
});

const shownBy = (name: string, answer: unknown): EngineTool => ({
  name,
  class: "read",
  description: "",
  parameters: { type: "object" },
  run: async () => JSON.stringify(answer),
});

test("the demonstration asks for a crew's inputs, starts it when they are given, and tells of its run", async () => {
  const runId = "run_01jzzzzzzzzzzzzzzzzzzzzzzz";
  const tools = [
    shownBy("crew_inputs", { name: "Brief", inputs: [{ name: "topic", example: "tides" }, { name: "tone" }] }),
    shownBy("start_run", { runId, crewName: "Brief", link: `/runs/${runId}` }),
    shownBy("find_runs", { runs: [{ runId, crewName: "Brief", state: "failed", link: `/runs/${runId}` }] }),
    shownBy("read_run", {
      ...{ link: `/runs/${runId}`, crewName: "Brief", state: "failed", error: { code: "model_refused", message: "No." }, tasks: [] },
      ...{ progress: { tasksDone: 0, tasksTotal: 1 }, totals: { modelCalls: 1, toolCalls: 0 }, lastEvents: ["7 task_failed find: No."] },
    }),
  ];
  const speaker = {
    instructions: "",
    tools,
    hasOwnToolsOnly: false,
    place: {},
    maxIterations: 9,
    maxExecutionSeconds: null,
  };
  const talk = async (...said: string[]) => {
    const host = new MemoryHost({ model: demoReply });
    const history = said
      .flatMap((content) => [
        { role: "user" as const, content },
        { role: "assistant" as const, content: "…" },
      ])
      .slice(0, -1);
    const { text } = await runChat(
      host,
      chatOf({ model: "demo/extractive", history: history.map((one, seq) => ({ seq, ...one })), speaker }),
    );
    const calls = host.journal.events.flatMap(({ type, data }) =>
      type === "tool_usage_started" ? [data as { tool: string; arguments: unknown }] : [],
    );
    return { text, calls: calls.map(({ tool, arguments: args }) => [tool, args]) };
  };
  expect((await talk("Hello")).text).toMatch(/Brief.*needs:[\s\S]*\*\*topic\*\*, for example “tides”[\s\S]*\*\*tone\*\*/);
  expect(await talk("topic: moons")).toMatchObject({ text: expect.stringContaining("still needs"), calls: [["crew_inputs", {}]] });
  const started = await talk("topic: moons", "Tone: dry, quick");
  expect(started.calls.at(-1)).toEqual(["start_run", { inputs: { topic: "moons", tone: "dry, quick" } }]);
  expect(started.text).toContain(`(/runs/${runId})`);
  const why = await talk("Why did the last run fail?");
  expect(why.calls.map(([tool]) => tool)).toEqual(["find_runs", "read_run"]);
  expect(why.text).toMatch(/\*\*failed\*\*[\s\S]*model_refused[\s\S]*7 task_failed/);
});
