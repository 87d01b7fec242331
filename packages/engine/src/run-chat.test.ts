import { expect, test } from "vitest";
import { demoReply } from "./demo-model/demo-reply.ts";
import { MemoryHost } from "./memory-host.ts";
import { runChat } from "./run-chat.ts";
import { ScriptedModel } from "./scripted-model.ts";

test("answers the last message, with the tools that fit", async () => {
  const model = new ScriptedModel([{ calls: [{ id: "a", name: "read_document", arguments: { name: "n.txt" } }] }, "Hi."]);
  const host = new MemoryHost({ model: model.reply, documents: [{ name: "n.txt", text: "secret" }] });
  const history = [
    { role: "user" as const, content: "Hello" },
    { role: "assistant" as const, content: "" },
    { role: "user" as const, content: "And now?" },
  ];
  expect(await runChat(host, { model: "local/one", history, taintedBy: [] })).toEqual({ text: "Hi.", taintedBy: ["document n.txt"] });
  expect(host.asked).toEqual(["chat/turn:1/model", "chat/turn:1/tool:a", "chat/turn:2/model"]);
  expect(model.requests[0]?.messages.map((message) => message.role)).toEqual(["system", "user", "user"]);
  expect(model.requests[0]?.messages[0]?.content).toContain('"n.txt"');
  expect(model.requests[1]?.messages.at(-1)?.content).toBe("secret");
});

test("leaves out what no longer fits, but never the last message", async () => {
  const model = new ScriptedModel(["ok"]);
  const history = [..."abc"].map((letter) => ({ role: "user" as const, content: letter.repeat(150_000) }));
  await runChat(new MemoryHost({ model: model.reply }), { model: "local/one", history, taintedBy: [] });
  expect(model.requests[0]?.messages.map((message) => message.content[0])).toEqual(["Y", "c"]);
});

const report = "# Report\n\nThe pump failed twice in May.\nRepairs cost 4,200 EUR. The new pump arrives on 3 June.\n";
const ask = async (question: string, documents = [{ name: "report.md", text: report }]) => {
  const history = [{ role: "user" as const, content: question }];
  return (await runChat(new MemoryHost({ model: demoReply, documents }), { model: "demo/extractive", history, taintedBy: [] })).text;
};

test("the demonstration quotes attachments, calculates, and says what it can do", async () => {
  expect(await ask("How much did the repairs cost?")).toContain("> Repairs cost 4,200 EUR.");
  expect(await ask("What is 12 * (3 + 4)?", [])).toContain("12 * (3 + 4) = 84");
  expect(await ask("What are the risks?")).toBe("- The pump failed twice in May.");
  expect(await ask("hello", [])).toMatch(/^I only quote and calculate/);
  expect(await ask("Who won the election?")).toMatch(/^Nothing in what I was given matches/);
});
