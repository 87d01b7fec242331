import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { joinInstallation, type Member } from "@crew/testing/join-installation";
import { startInstallation } from "@crew/testing/start-installation";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostileText, hostileTexts } from "./hostile-texts.ts";
import { type Complaints, openBrowser, openWindow } from "./open-browser.ts";

/** Everything that a model, a tool or a stranger can put before a person's eyes, as hostile as it comes, in a real browser. */

const PER_TASK = 20;
const MAX_NAME = 80;
const AT_ONCE = 8;

/** Answers with an image to whoever asks, and remembers what was asked for. */
async function startCanary(stack: AsyncDisposableStack): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(200, { "content-type": "image/svg+xml", "access-control-allow-origin": "*" }).end("<svg/>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stack.defer(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const together = (texts: HostileText[]) => texts.map(({ text, mark }) => `${text}\n\n${mark}\n\n`).join("");

/** Nodes of the page that would load, run or lead to something that no page of ours does. */
function strayNodes(page: Page, canary: string): Promise<string[]> {
  return page.evaluate(
    (host) => {
      const loads = /^(?:src|srcset|data|poster|background|action|formaction|ping|style|xlink:href|srcdoc|manifest)$/;
      return [...document.querySelectorAll("*")].flatMap((element) =>
        [...element.attributes]
          .filter(({ name, value }) => {
            if (name.startsWith("on")) return true;
            if (name === "href") return element.tagName === "A" ? !/^(?:https?:|mailto:|[/#])/i.test(value) : value.includes(host);
            return loads.test(name) && value.includes(host);
          })
          .map(({ name, value }) => `<${element.tagName} ${name}="${value}">`),
      );
    },
    canary.replace("http:", ""),
  );
}

describe("T-17 hostile texts are shown and do nothing", () => {
  const stack = new AsyncDisposableStack();
  const complaints: Complaints = { strangers: [], errors: [] };
  const dialogs: string[] = [];
  let canary: { url: string; asked: string[] };
  let texts: HostileText[];
  let fake: FakeProvider;
  let ada: Member;
  let page: Page;

  beforeAll(async () => {
    canary = await startCanary(stack);
    texts = hostileTexts(canary.url);
    fake = stack.use(await startFakeProvider());
    const [browser, installation] = await Promise.all([openBrowser(), startInstallation("embedded", { fake })]);
    stack.use(installation);
    stack.defer(() => browser.close());
    ada = await joinInstallation(installation.origin);
    const window = await openWindow(browser, installation.origin, complaints);
    const [name = "", value = ""] = ada.cookie.split("=", 2);
    await window.addCookies([{ name, value, url: installation.origin }]);
    page = await window.newPage();
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
  });
  afterAll(() => stack.disposeAsync());

  /** Unfolds whatever is folded, until the page shows the whole of it. */
  async function unfold(): Promise<void> {
    for (const folded of ['main button[aria-expanded="false"]:not([aria-haspopup])', 'main button:has-text("Show more")']) {
      const button = page.locator(folded).filter({ hasNotText: /^Show less/ });
      for (let presses = 0; presses < 200 && (await button.count()) > 0; presses++) {
        // The last page of a list takes its button away under the press.
        await button
          .first()
          .click({ timeout: 2_000 })
          .catch(() => {});
      }
    }
  }

  async function expectShown(marks: string[]): Promise<void> {
    const shown = await page.locator("body").innerText();
    expect(marks.filter((mark) => !shown.includes(mark))).toEqual([]);
    expect(await strayNodes(page, canary.url)).toEqual([]);
  }

  test("there are enough of them, and the canary hears who asks", async () => {
    expect(texts.length).toBeGreaterThanOrEqual(80);
    await fetch(`${canary.url}/heard`);
    expect(canary.asked.splice(0)).toEqual(["/heard"]);
  });

  test("T-17 as thoughts and output of agents, result of tools and name of a file", async () => {
    const chunks = Array.from({ length: Math.ceil(texts.length / PER_TASK) }, (_, index) =>
      texts.slice(index * PER_TASK, (index + 1) * PER_TASK),
    );
    // A document's name is itself such a text; its text holds a chunk of them, which reading it brings back as a tool's result.
    const documents = chunks
      .slice(0, 4)
      .map((chunk, index) => ({ name: (chunk[0]?.text ?? "").slice(0, 150) + index, text: together(chunk) }));
    const entries = chunks.flatMap((chunk, index) => [
      { toolCalls: [{ name: "read_document", arguments: { name: documents[index % documents.length]?.name ?? "" } }] },
      { text: together(chunk), reasoning: { thoughts: [together(chunk)], name: "reasoning" as const } },
    ]);
    fake.setScript({ entries, defaults: { text: together(chunks[0] ?? []) } });
    const crew = await ada.call("POST", "/v1/crews", {
      name: texts[0]?.text.slice(0, MAX_NAME),
      model: "ollama/fake-model",
      agents: [{ key: "a", role: texts[20]?.text.slice(0, 60), goal: "Read", tools: ["read_document"] }],
      tasks: chunks.map((_, index) => ({ key: `t${index}`, description: "Read it", expectedOutput: "All of it", agent: "a" })),
    });
    const { id } = await ada.call("POST", `/v1/crews/${crew.id}/runs`, { inputs: {}, documents });
    expect(await ada.untilRun(id)).toMatchObject({ state: "succeeded" });
    await page.goto(`/runs/${id}`);
    await page.getByText("Succeeded", { exact: true }).first().waitFor();
    await page.locator('section[aria-label^="Task "]').first().waitFor();
    await unfold();
    // What draws thoughts loads when the first of them is unfolded.
    await page.getByRole("button", { name: "Thought for a moment" }).first().waitFor();
    await unfold();
    const outputs = await page.getByRole("tabpanel").innerText();
    expect(texts.filter(({ mark }) => !outputs.includes(mark)).map(({ mark }) => mark)).toEqual([]);
    const receipts = (await page.locator('section[aria-label^="Task "] pre').allTextContents()).join("\n");
    expect(texts.slice(0, 4 * PER_TASK).filter(({ mark }) => !receipts.includes(mark))).toEqual([]);
    const thoughts = (await page.getByRole("region", { name: "What the model thought" }).allTextContents()).join("\n");
    expect(texts.filter(({ mark }) => !thoughts.includes(mark))).toEqual([]);
    expect(await strayNodes(page, canary.url)).toEqual([]);
    for (const tab of await page.getByRole("tab").all()) {
      await tab.click();
      await unfold();
      expect(await strayNodes(page, canary.url)).toEqual([]);
    }
  });

  test("T-17 as names of crews and of runs", async () => {
    fake.setScript({ defaults: { text: "Done." } });
    const named = texts.map(({ text }) => text.replace(/\s+/g, " ")).filter((text) => text.length <= MAX_NAME - 10);
    expect(named.length).toBeGreaterThanOrEqual(80);
    const runNamed = async (name: string, index: number) => {
      const crew = await ada.call("POST", "/v1/crews", {
        name: `${name} name${index}.`,
        model: "ollama/fake-model",
        agents: [{ key: "a", role: "Reader", goal: "Read" }],
        tasks: [{ key: "t", description: "Read it", expectedOutput: "All of it", agent: "a" }],
      });
      await ada.call("POST", `/v1/crews/${crew.id}/runs`, { inputs: {} });
    };
    for (let at = 0; at < named.length; at += AT_ONCE)
      await Promise.all(named.slice(at, at + AT_ONCE).map((name, index) => runNamed(name, at + index)));
    const marks = named.map((_, index) => `name${index}.`);
    for (const place of ["/crews", "/runs"]) {
      await page.goto(place);
      await page.locator("main table").waitFor();
      await unfold();
      await page.waitForFunction((last) => document.body.textContent?.includes(last), marks[0] ?? "");
      await expectShown(marks);
    }
    await page.goto("/");
    // Runs may still go on and keep the page busy: their rows are enough.
    await page.locator('main a[href^="/runs/"]').first().waitFor();
    expect(await strayNodes(page, canary.url)).toEqual([]);
  });

  test("T-17 as an answer in a chat, a question and names of attachments", async () => {
    fake.setScript({ defaults: { text: together(texts), tokenDelayMs: 0 } });
    const conversation = await ada.call("POST", "/v1/conversations", { title: texts[0]?.text, model: "ollama/fake-model" });
    const attachments = texts
      .slice(20, 28)
      .map(({ text }, index) => ({ name: `${text.replaceAll("/", "-").slice(0, 100)}${index}.md`, text: "x" }));
    await ada.call("POST", `/v1/conversations/${conversation.id}/messages`, {
      clientMessageId: "one",
      content: together(texts),
      attachments,
    });
    // The page is open while the answer is written: it draws every half of a text on the way.
    await page.goto(`/chat/${conversation.id}`);
    const last = texts.at(-1)?.mark ?? "";
    await page.waitForFunction((mark) => (document.body.innerText.split(mark).length ?? 0) > 2, last);
    await page.waitForLoadState("networkidle");
    await unfold();
    await expectShown(texts.map(({ mark }) => mark));
  });

  test("nobody asked the canary, no dialog opened, and the policy had nothing to refuse [ASVS 1.2.1, 1.3.5, 3.2.2]", () => {
    expect(canary.asked).toEqual([]);
    expect(dialogs).toEqual([]);
    expect(complaints.strangers).toEqual([]);
    expect(complaints.errors).toEqual([]);
  });
});
