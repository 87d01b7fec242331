import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import type { Member } from "@crew/testing/join-installation";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookAt } from "./look-at.ts";
import type { Complaints } from "./open-browser.ts";
import { openConsole } from "./open-console.ts";

/** What a chat's model saw, as the console tells it: the meter, the summary that opens, pinned facts, files that stay. */

const SUMMARY = "The person's boat is called Petrel.";

describe("a conversation that has grown too long for its model", () => {
  const stack = new AsyncDisposableStack();
  let complaints: Complaints;
  let fake: FakeProvider;
  let ada: Member;
  let page: Page;
  let conversationId = "";

  beforeAll(async () => {
    fake = stack.use(await startFakeProvider());
    const opened = stack.use(await openConsole({ fake }));
    ({ ada, complaints } = opened);
    page = await opened.openPage(ada);
    fake.setScript({ entries: [{ when: { contains: "<turns>" }, text: SUMMARY }], defaults: { text: "Noted." } });
    conversationId = (await ada.call("POST", "/v1/conversations", { title: "Boats", model: "ollama/fake-model" })).id;
    for (let turn = 1; turn <= 6; turn++) {
      const content = `${turn === 1 ? "My boat is called Petrel." : `Log of day ${turn}.`} ${"The wind was fair. ".repeat(220)}`;
      const attachments = turn === 1 ? [{ name: "log.txt", text: "The keel weighs 412 kg." }] : [];
      const body = { clientMessageId: `turn-${turn}`, content, attachments };
      const { answer } = await ada.call("POST", `/v1/conversations/${conversationId}/messages`, body);
      await ada.untilRun(answer.runId);
    }
    await page.goto(`/chat/${conversationId}`);
  });
  afterAll(() => stack.disposeAsync());

  test("the meter tells how full the context was, and opens what was summarised", async () => {
    await page.getByRole("button", { name: /^What the model saw: \d+% of its context$/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/^\d+ messages? whole, \d+ in fewer words\.$/).waitFor();
    await dialog.getByText(/^Summary of \d+ older messages$/).click();
    await dialog.getByText(SUMMARY).waitFor();
    await lookAt(page, "chat-context");
    await dialog.getByRole("button", { name: "Close" }).click();
  });

  test("an answer tells the same of itself, and a message its files, also after a reload", async () => {
    await page.getByRole("button", { name: "What the model saw", exact: true }).first().click();
    await page.getByRole("dialog").getByText("Instructions and tools").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    await page.getByRole("list", { name: "Attachments" }).getByText("log.txt").waitFor();
  });

  test("a fact that is pinned is shown to the model with the next question", async () => {
    await page.getByRole("button", { name: "Pin a fact" }).click();
    const dialog = page.getByRole("dialog", { name: "Pinned facts" });
    await dialog.getByLabel("A fact to remember").fill("We meet at the north dock.");
    await dialog.getByRole("button", { name: "Pin", exact: true }).click();
    await dialog.getByRole("listitem").getByText("We meet at the north dock.").waitFor();
    await lookAt(page, "chat-pinned-facts");
    await dialog.getByRole("button", { name: "Close" }).click();
    fake.clearJournal();
    await page.getByLabel("Message", { exact: true }).fill("Where do we meet?");
    await page.getByLabel("Message", { exact: true }).press("Enter");
    await fake.waitForCalls(1);
    const asked = fake.journal
      .at(-1)
      ?.messages.map(({ text }) => text)
      .join("\n");
    expect(asked).toContain("- We meet at the north dock.");
    await page.getByRole("button", { name: "1 pinned fact" }).click();
    await dialog.getByRole("button", { name: /^Unpin/ }).click();
    await dialog.getByText("Nothing is pinned yet.").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
  });

  test("who is asked when the model fails is chosen beside it, and the answer says who answered", async () => {
    const words = [{ when: { contains: "Who is there?", model: "fake-model" }, fault: { type: "status" as const, status: 404 } }];
    fake.setScript({ entries: words, defaults: { text: "The other one." } });
    await page.getByRole("button", { name: "If it fails, ask…" }).click();
    const dialog = page.getByRole("dialog", { name: "If ollama/fake-model fails" });
    await dialog.getByRole("button", { name: "Add a fallback model" }).click();
    // It starts with the model itself, which would be asked in vain.
    await dialog.getByText("ollama/fake-model is asked before").waitFor();
    expect(await dialog.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
    await dialog.getByLabel("Fallback 1").selectOption("ollama/fake-model-large");
    await lookAt(page, "chat-fallback");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "If it fails, ask ollama/fake-model-large" }).waitFor();
    await page.getByLabel("Message", { exact: true }).fill("Who is there?");
    await page.getByLabel("Message", { exact: true }).press("Enter");
    await page.getByText("Answered by ollama/fake-model-large, since ollama/fake-model gave up").waitFor();
    await page.reload();
    await page.getByText("Answered by ollama/fake-model-large, since ollama/fake-model gave up").waitFor();
    await page.getByRole("button", { name: "If it fails, ask ollama/fake-model-large" }).waitFor();
  });

  test("an answer that was asked for as JSON is shown as that, while it is watched and after a reload", async () => {
    fake.setScript({ defaults: { text: '```json\n{"name":"Petrel","keel":412}\n```' } });
    const answerSchema = { type: "object", properties: { name: { type: "string" }, keel: { type: "integer" } } };
    await ada.call("POST", `/v1/conversations/${conversationId}/messages`, { clientMessageId: "json", content: "As JSON.", answerSchema });
    for (const isReloaded of [false, true]) {
      if (isReloaded) await page.reload();
      const json = page.getByRole("article", { name: "Answer" }).last().getByLabel("The answer as JSON");
      await json.waitFor();
      expect(await json.innerText()).toBe('{\n  "name": "Petrel",\n  "keel": 412\n}');
      await page.getByRole("article", { name: "Answer" }).last().getByRole("button", { name: "Copy", exact: true }).waitFor();
    }
    await lookAt(page, "chat-json");
  });

  test("nothing was fetched from elsewhere and nothing was complained about", () => {
    expect(complaints).toEqual({ strangers: [], errors: [] });
  });
});
