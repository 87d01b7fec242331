import { join } from "node:path";
import { buildCrew } from "@crew/testing/build-crew";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { joinInstallation, type Member } from "@crew/testing/join-installation";
import { type Installation, startInstallation } from "@crew/testing/start-installation";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Complaints, openBrowser, openWindow } from "./open-browser.ts";
import { violationsOf } from "./violations-of.ts";

/** What somebody does whose runs have died: sees why, mends it, lets them go on or gives them up; and who runs what. */

const PICTURES = process.env.CREW_E2E_PICTURES;
const LOOKS = [
  { name: "wide", width: 1440, height: 900, colorScheme: "light" },
  { name: "wide-dark", width: 1440, height: 900, colorScheme: "dark" },
  { name: "phone", width: 390, height: 844, colorScheme: "dark" },
  { name: "phone-light", width: 390, height: 844, colorScheme: "light" },
] as const;
const REFUSES = { fault: { type: "status", status: 401, message: "no such key" } } as const;

describe("dead letters and workers", () => {
  const stack = new AsyncDisposableStack();
  const complaints: Complaints = { strangers: [], errors: [] };
  let browser: Browser;
  let installation: Installation;
  let fake: FakeProvider;
  let ada: Member;
  let page: Page;
  let crewId: string;
  const runs: string[] = [];

  beforeAll(async () => {
    fake = stack.use(await startFakeProvider());
    [browser, installation] = await Promise.all([openBrowser(), startInstallation("embedded", { fake })]);
    stack.use(installation);
    stack.defer(() => browser.close());
    ada = await joinInstallation(installation.origin);
    const window = await openWindow(browser, installation.origin, complaints);
    const [name = "", value = ""] = ada.cookie.split("=", 2);
    await window.addCookies([{ name, value, url: installation.origin }]);
    page = await window.newPage();
    page.setDefaultTimeout(15_000);
    fake.setScript({ entries: [{ text: "Five facts" }, { ...REFUSES, times: 9 }] });
    ({ id: crewId } = await ada.call("POST", "/v1/crews", buildCrew({ name: "Briefing", model: "ollama/fake-model" })));
    for (let i = 0; i < 3; i++) {
      const { id } = await ada.call("POST", `/v1/crews/${crewId}/runs`, { inputs: { topic: "tides" } });
      runs.push(id);
      await ada.untilRun(id);
    }
  });
  afterAll(() => stack.disposeAsync());

  async function look(name: string): Promise<void> {
    for (const { name: kind, width, height, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      if (!kind.includes("-")) expect(await violationsOf(page), `${name}, ${kind}`).toEqual([]);
      if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}-${kind}.png`), fullPage: true });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  }

  test("from a run that failed to its letter, and on once its provider is mended; nothing is asked twice", async () => {
    await page.goto(`/runs/${runs[0]}`);
    await page.getByRole("link", { name: "open its dead letter" }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText("The provider refused").waitFor();
    await drawer
      .getByText(/no such key/)
      .first()
      .waitFor();
    await drawer.getByText("Task “find” was done").waitFor();
    await drawer.getByText('"tides"').waitFor();
    await look("letter");

    fake.setScript({ defaults: { text: "One page" } });
    fake.clearJournal();
    await drawer.getByRole("button", { name: "Redrive" }).click();
    await drawer.getByRole("link", { name: "the new run" }).click();
    await page.waitForURL((url) => url.pathname.startsWith("/runs/run_") && !url.pathname.includes(runs[0] ?? ""));
    await page.getByText("Succeeded").first().waitFor();
    await page.getByRole("link", { name: "a run that had failed" }).waitFor();
    expect(fake.journal).toHaveLength(1);
    await look("redriven-run");
    await page.locator("summary, button").filter({ hasText: "Writer" }).last().click();
    await page.getByText("Taken up again from the dead letters").first().waitFor();
    await page.getByRole("link", { name: "a run that had failed" }).click();
    await page.getByRole("link", { name: "a new run" }).waitFor();
  });

  test("chosen by keyboard they are redriven, and others discarded with a reason", async () => {
    await page.goto("/operations?tab=dead-letters");
    await page.getByRole("checkbox", { name: "Choose Briefing" }).first().focus();
    await page.keyboard.press("Space");
    await page.getByText("1 chosen").waitFor();
    await look("letters");
    await page.getByRole("button", { name: "Redrive" }).press("Enter");
    await page.getByText("1 goes on").waitFor();
    await expect.poll(() => page.getByRole("checkbox", { name: "Choose Briefing" }).count(), { timeout: 10_000 }).toBe(1);
    await page.getByRole("checkbox", { name: "Choose all that are open" }).check();
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByRole("textbox", { name: "Why" }).fill("The inputs were a trial");
    await look("discard");
    await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
    await page.getByText("Nothing lies here").waitFor();
    await page.getByRole("combobox", { name: "State" }).selectOption("discarded");
    await page.getByRole("button", { name: "Briefing" }).first().click();
    await page.getByText("The inputs were a trial").waitFor();
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.searchParams.has("letter"));
  });

  test("all of a crew go on at once", async () => {
    fake.setScript({ defaults: REFUSES });
    for (let i = 0; i < 2; i++) await ada.untilRun((await ada.call("POST", `/v1/crews/${crewId}/runs`, { inputs: { topic: "wind" } })).id);
    fake.setScript({ defaults: { text: "One page" } });
    await page.goto(`/operations?tab=dead-letters&crew=${crewId}`);
    await page.getByRole("button", { name: "Redrive all of this crew" }).click();
    await page.getByText("2 go on").waitFor();
    await page.getByText("Nothing fits these filters").waitFor();
  });

  test("shows who runs what while it runs", async () => {
    fake.setScript({ defaults: { tokens: 400, tokenDelayMs: 100 } });
    const { id } = await ada.call("POST", `/v1/crews/${crewId}/runs`, { inputs: { topic: "rain" } });
    await fake.waitForCalls(1);
    await page.goto("/operations");
    await page.getByText("waits for the model, task 1, turn 1").first().waitFor();
    await page.getByText("well", { exact: true }).waitFor();
    await page.getByText("Sweep of what is over").waitFor();
    await look("workers");
    await page.locator(`a[href="/runs/${id}"]`).click();
    await page.waitForURL(new RegExp(id));
    await ada.call("POST", `/v1/runs/${id}/cancel`, {});
    expect(complaints).toEqual({ strangers: [], errors: [] });
  });
});
