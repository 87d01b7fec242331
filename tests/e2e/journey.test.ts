import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunEvent } from "@crew/contracts/run-events";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { type Composition, type Installation, startInstallation } from "@crew/testing/start-installation";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Complaints, openBrowser, openWindow } from "./open-browser.ts";
import { compareWithStored, plain, readShownRun, sampleLiveText, strayText } from "./shown-run.ts";

const COMPOSITIONS: Composition[] = redisIsMissing ? ["embedded"] : ["embedded", "distributed"];
const PICTURES = process.env.CREW_E2E_PICTURES ?? mkdtempSync(join(tmpdir(), "crew-pictures-"));
/** Before somebody is signed in, asking who it is answers 401, which a browser tells its console. */
const EXPECTED_ERROR = /status of 401 .*\/v1\/me\)$/;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

describe.each(COMPOSITIONS)("%s: from sign-up to outputs", (composition) => {
  const stack = new AsyncDisposableStack();
  const complaints: Complaints = { strangers: [], errors: [] };
  let fake: FakeProvider;
  let installation: Installation;
  let window: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    fake = stack.use(await startFakeProvider());
    installation = stack.use(await startInstallation(composition, { fake }));
    window = await openWindow(browser, installation.origin, complaints);
    stack.defer(() => window.close());
    page = await window.newPage();
  });
  afterAll(async () => {
    if (process.env.CREW_TEST_LOG) console.log(installation?.logs());
    await stack.disposeAsync();
  });

  /** Asks as the page would: with its cookie. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes.
  async function ask(path: string): Promise<any> {
    const response = await window.request.get(path);
    expect(response.ok(), `${path} answered ${response.status()}`).toBe(true);
    return response.json();
  }
  const storedEvents = async (runId: string): Promise<RunEvent[]> => (await ask(`/v1/runs/${runId}/events?limit=1000`)).data;
  const openRunId = () => /\/runs\/(run_\w+)/.exec(page.url())?.[1] ?? "";

  test("a newcomer signs up with the form and finds a crew that is ready to run", async () => {
    await page.goto("/");
    await page.waitForURL(/\/sign-in/);
    await page.getByRole("link", { name: "Sign up" }).click();
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("E-mail").fill("ada@example.test");
    await page.getByLabel("Password").fill("correct horse battery");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("button", { name: "Run this crew" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/");
  });

  test("the ready crew is run by keyboard alone and ends with outputs to read", async () => {
    await page.goto("/");
    await page.getByRole("button", { name: "Run this crew" }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    for (let presses = 0; presses < 60 && (await focused()) !== "Run this crew"; presses++) await page.keyboard.press("Tab");
    expect(await focused()).toBe("Run this crew");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/runs\/run_/);
    await page.getByText("Succeeded", { exact: true }).first().waitFor();
    const outputs = page.getByRole("tabpanel").getByRole("article");
    const run = await ask(`/v1/runs/${openRunId()}`);
    expect(await outputs.count()).toBe(run.progress.tasksTotal);
    // Rendered, not the source of it.
    expect(await page.getByRole("tabpanel").locator("li, table, h3, h4").count()).toBeGreaterThan(0);
    expect(compareWithStored(await readShownRun(page), await storedEvents(run.id))).toEqual([]);
  });

  test("two quick presses of Run on the first page are one run", async () => {
    const count = async () => (await ask("/v1/runs")).data.length;
    const before = await count();
    await page.goto("/");
    await page.getByRole("button", { name: "Run this crew" }).dblclick();
    await page.waitForURL(/\/runs\/run_/);
    await page.getByText("Succeeded", { exact: true }).first().waitFor();
    expect(await count()).toBe(before + 1);
  });

  test("a crew from the form editor: two quick presses are one run; reload and a second window show the same, nothing twice", async () => {
    const paced = { turns: 2, tool: "calculator", tokens: 70, tokenDelayMs: 30, firstByteDelayMs: 150 };
    fake.setScript({ defaults: { ...paced, holdAfter: 30 } });
    await page.goto("/crews");
    await page.getByRole("button", { name: "New crew" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Tide watch");
    await dialog.getByRole("button", { name: "Create crew" }).click();
    await page.waitForURL(/\/crews\/crew_/);
    const crewId = page.url().split("/crews/")[1] ?? "";
    await page.locator('[data-path="model"]').selectOption("ollama/fake-model");
    await page
      .getByRole("button", { name: /Researcher/ })
      .first()
      .click();
    await page
      .getByRole("checkbox", { name: /calculator/ })
      .first()
      .check();
    await page.getByRole("button", { name: "Add task" }).click();
    await page.locator('[data-path="tasks.1.description"]').fill("Count the ships that wait for {topic}.");
    await page.locator('[data-path="tasks.1.expectedOutput"]').fill("One number");
    await page.getByLabel("Topic").fill("spring tides");
    await page.getByRole("button", { name: "Save and run" }).dblclick();
    await page.waitForURL(/\/runs\/run_/);
    const runId = openRunId();
    const samples = [await sampleLiveText(page)];

    await page.locator('section[aria-label="Task research"] button:has-text("calculator")').first().waitFor();
    const second = await window.newPage();
    await second.goto(page.url());
    samples.push(await sampleLiveText(second));
    await second.locator("div > span.animate-pulse-soft").first().waitFor();
    const beforeReload = await samples[0]?.();
    await page.reload();
    samples[0] = await sampleLiveText(page);
    fake.setScript({ defaults: paced });
    for (const each of [page, second]) await each.getByText("Succeeded", { exact: true }).first().waitFor();

    const stored = await storedEvents(runId);
    const shown = [await readShownRun(page), await readShownRun(second)];
    for (const one of shown) expect(compareWithStored(one, stored)).toEqual([]);
    expect(shown[0]).toEqual(shown[1]);
    await page.reload();
    await page.getByText("Succeeded", { exact: true }).first().waitFor();
    expect(await readShownRun(page)).toEqual(shown[0]);
    const answers = stored.filter(({ type }) => type === "llm_call_completed").map(({ data }) => String(data.text));
    const seen = [...(beforeReload ?? []), ...((await samples[1]?.()) ?? [])];
    expect(seen.length).toBeGreaterThan(5);
    expect(strayText(seen, answers)).toEqual([]);
    await second.close();

    expect((await ask(`/v1/runs?crewId=${crewId}`)).data).toHaveLength(1);
    expect((await ask(`/v1/crews/${crewId}`)).version).toBe(2);
  });

  test("a model provider is added, tested and offered", async () => {
    fake.setScript({ apiKey: "sk-right-harbor-10" });
    await page.goto("/settings/models");
    await page.getByRole("button", { name: "Add provider" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Kind").selectOption("openai-compatible");
    await dialog.getByLabel("Name").fill("harbor");
    await dialog.getByLabel("Address").fill(`${fake.url}/v1`);
    await dialog.getByLabel("API key").fill("sk-wrong-harbor-10");
    await dialog.getByRole("button", { name: "Add and test" }).click();
    await dialog.getByText("It does not work yet").waitFor();
    await dialog.getByLabel("API key").fill("sk-right-harbor-10");
    await dialog.getByRole("button", { name: "Test again" }).click();
    await dialog.getByText("It answers").waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByText("harbor", { exact: true }).waitFor();
    await page.getByText(`${fake.url}/v1 · key …r-10`).waitFor();
    const { data } = await ask("/v1/models");
    expect(data.map(({ name }: { name: string }) => name)).toContain("harbor/fake-model");
    expect(await page.content()).not.toContain("sk-right-harbor-10");
    fake.setScript({});
  });

  test("a chat streams its answer, loses nothing by a reload, and keeps what was said when stopped", async () => {
    const paced = { tokens: 80, tokenDelayMs: 40 };
    fake.setScript({ defaults: { ...paced, holdAfter: 20 } });
    await page.goto("/chat");
    await page.getByLabel("Model").selectOption("ollama/fake-model");
    const field = page.getByLabel("Message", { exact: true });
    await field.fill("Which ships wait for the tide?");
    await field.press("Enter");
    await page.waitForURL(/\/chat\/conversation_/);
    const conversationId = page.url().split("/chat/")[1] ?? "";
    const answer = page.getByRole("article", { name: "Answer" });
    await answer.getByText("Echo:").waitFor();
    await page.reload();
    await answer.getByText("Echo:").waitFor();
    fake.setScript({ defaults: paced });
    await page.locator('article[aria-label="Answer"][aria-busy="false"]').waitFor();
    const messages = async () => (await ask(`/v1/conversations/${conversationId}/messages`)).data;
    const [first] = await messages();
    expect(first).toMatchObject({ role: "assistant", state: "complete" });
    const shown = plain((await answer.first().textContent()) ?? "");
    expect(shown.split(plain(first.content)).length - 1, `${shown} holds ${first.content} once`).toBe(1);

    fake.setScript({ defaults: { ...paced, holdAfter: 20 } });
    await field.fill("And which have left?");
    await field.press("Enter");
    await answer.nth(1).getByText("Echo:").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Stopped here. What was said is kept.").waitFor();
    const [stopped] = await messages();
    expect(stopped.state).toBe("stopped");
    expect(stopped.content).toMatch(/^Echo: /);
    expect(plain((await answer.nth(1).textContent()) ?? "")).toContain(plain(stopped.content));
    await page.reload();
    await page.getByText("Stopped here. What was said is kept.").waitFor();
    expect(plain((await answer.nth(1).textContent()) ?? "")).toContain(plain(stopped.content));
    expect(await messages()).toHaveLength(4);
    fake.setScript({});
  });

  test("an API key is made, shown once, and works in a program", async () => {
    await page.goto("/settings/api-keys");
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("nightly");
    await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
    await page.getByText("is ready").waitFor();
    const key = (await page.getByText(/^crew_[\w-]+$/).textContent()) ?? "";
    const response = await fetch(`${installation.origin}/v1/crews`, { headers: { authorization: `Bearer ${key}` } });
    expect(response.status).toBe(200);
    expect(((await response.json()) as { data: unknown[] }).data.length).toBeGreaterThan(3);
    await page.reload();
    await page.getByText("nightly").waitFor();
    expect(await page.content()).not.toContain(key);
  });

  // The console is the same in both: once is enough.
  test.runIf(composition === "embedded")("every page fits a desk and a phone, in light and dark", async () => {
    const [run] = (await ask("/v1/runs?kind=crew")).data;
    const [chat] = (await ask("/v1/conversations")).data;
    const pages = {
      home: "/",
      crews: "/crews",
      crew: `/crews/${run.crewId}`,
      run: `/runs/${run.id}`,
      runs: "/runs",
      chat: `/chat/${chat.id}`,
      settings: "/settings/models",
    };
    const wide: string[] = [];
    for (const [name, path] of Object.entries(pages)) {
      await page.goto("about:blank");
      await page.goto(path);
      await page.locator("main h1").first().waitFor();
      await page.waitForLoadState("networkidle");
      for (const width of [1440, 1024, 390]) {
        await page.setViewportSize({ width, height: 900 });
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          // Colors change over a tenth of a second.
          await page.waitForTimeout(200);
          await page.screenshot({ path: join(PICTURES, `${name}-${width}-${colorScheme}.png`) });
        }
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (excess > 0) wide.push(`${name} at ${width}: ${excess} px too wide`);
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    console.log(`pictures are in ${PICTURES}`);
    expect(wide).toEqual([]);
  });

  test.runIf(composition === "embedded")("the link that the terminal printed signs the owner in, once", async () => {
    const owner = await openWindow(browser, installation.origin, complaints);
    const first = await owner.newPage();
    await first.goto(installation.link);
    await first.getByRole("button", { name: "Run this crew" }).waitFor();
    expect(first.url()).not.toContain("token");
    await owner.close();
    expect((await fetch(installation.link, { redirect: "manual" })).status).toBe(410);
  });

  test("in all that time no page asked another origin, complained, or broke its policy", () => {
    expect(complaints.strangers).toEqual([]);
    expect(complaints.errors.filter((error) => !EXPECTED_ERROR.test(error))).toEqual([]);
  });
});
