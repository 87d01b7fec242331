import { join } from "node:path";
import { buildCrew } from "@crew/testing/build-crew";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { joinInstallation, type Member } from "@crew/testing/join-installation";
import { type Installation, startInstallation } from "@crew/testing/start-installation";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Complaints, openBrowser, openWindow } from "./open-browser.ts";
import { violationsOf } from "./violations-of.ts";

/** What was spent, what may be, and what a person does when a run has come to the limit. */

const PICTURES = process.env.CREW_E2E_PICTURES;
const LOOKS = [
  { name: "wide", width: 1440, height: 900, colorScheme: "light" },
  { name: "wide-dark", width: 1440, height: 900, colorScheme: "dark" },
  { name: "phone", width: 390, height: 844, colorScheme: "dark" },
  { name: "phone-light", width: 390, height: 844, colorScheme: "light" },
] as const;

describe("usage and budgets", () => {
  const stack = new AsyncDisposableStack();
  const complaints: Complaints = { strangers: [], errors: [] };
  let browser: Browser;
  let installation: Installation;
  let fake: FakeProvider;
  let ada: Member;
  let page: Page;

  beforeAll(async () => {
    fake = stack.use(await startFakeProvider({ script: { defaults: { usage: { inputTokens: 1_200, outputTokens: 800 } } } }));
    [browser, installation] = await Promise.all([openBrowser(), startInstallation("embedded", { fake })]);
    stack.use(installation);
    stack.defer(() => browser.close());
    ada = await joinInstallation(installation.origin);
    const window = await openWindow(browser, installation.origin, complaints);
    const [name = "", value = ""] = ada.cookie.split("=", 2);
    await window.addCookies([{ name, value, url: installation.origin }]);
    page = await window.newPage();
    page.setDefaultTimeout(20_000);
  });
  afterAll(() => stack.disposeAsync());

  async function look(name: string): Promise<void> {
    for (const { name: kind, width, height, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      expect(await violationsOf(page), `${name}, ${kind}`).toEqual([]);
      const widest = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(widest, `${name} at ${width} px`).toBeLessThanOrEqual(width);
      if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}-${kind}.png`), fullPage: true });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  }

  const runOf = async (crewId: string) => ada.call("POST", `/v1/crews/${crewId}/runs`, { inputs: { topic: "tides" } });

  test("a budget is set, stops a run that says so, and is raised; the bars follow without a reload", async () => {
    await page.goto("/usage");
    await page.getByText("Nothing limits what runs spend").waitFor();
    await look("usage-empty");
    await page.getByRole("button", { name: "Set a price" }).click();
    const price = page.getByRole("dialog", { name: "Set a model's price" });
    await price.getByLabel("Model").selectOption("ollama/fake-model");
    await price.getByLabel("Input, $ a million tokens").fill("50");
    await price.getByLabel("Output, $ a million tokens").fill("200");
    await look("usage-price-dialog");
    await price.getByRole("button", { name: "Set price" }).click();
    await page.getByRole("table", { name: "Prices of models" }).getByText("ollama/fake-model").waitFor();
    await page.getByRole("button", { name: "New budget" }).click();
    const dialog = page.getByRole("dialog", { name: "New budget" });
    await dialog.getByRole("button", { name: "Set budget" }).click();
    await dialog.locator("input[aria-invalid]").first().waitFor();
    await dialog.getByLabel("Name").fill("Month");
    await dialog.getByLabel("Whose calls").selectOption("workspace");
    await dialog.getByLabel("How long").selectOption("month");
    await dialog.getByLabel("Limit in US dollars").fill("0.50");
    await dialog.getByLabel("At the limit").selectOption("park");
    await look("usage-budget-dialog");
    await dialog.getByRole("button", { name: "Set budget" }).click();
    await page.getByText(/Whole workspace: \$0\.50 a month/).waitFor();

    const crew = await ada.call("POST", "/v1/crews", buildCrew({ model: "ollama/fake-model" }));
    const first = await runOf(crew.id);
    await ada.untilRun(first.id);
    await page.getByText(/\$0\.44 of \$0\.50 used/).waitFor();
    const second = await runOf(crew.id);
    await ada.untilRun(second.id, (run) => run.state === "waiting" && run.reason === "budget");
    await page.getByText("1 run waits").waitFor();
    for (const tab of ["Agents", "Models", "People", "API keys", "Days", "Crews"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.getByRole("tabpanel").getByRole("table").waitFor();
    }
    await page.getByRole("table", { name: "Usage by crew" }).getByRole("link", { name: "Brief" }).waitFor();
    await look("usage");

    await page.goto(`/runs/${second.id}`);
    await page.getByRole("heading", { name: "Waits for room in a budget" }).waitFor();
    await page
      .getByText(/The budget “Month” \(\$0\.50 a month for the workspace\) has no room/)
      .first()
      .waitFor();
    await look("usage-parked-run");
    await page.getByRole("link", { name: "Go to the budgets" }).click();
    await page.getByRole("button", { name: "Change the budget Month" }).click();
    const change = page.getByRole("dialog", { name: "Change budget" });
    await change.getByLabel("Limit in US dollars").fill("5");
    await change.getByRole("button", { name: "Save" }).click();
    expect((await ada.untilRun(second.id)).state).toBe("succeeded");
    await page.getByText(/of \$5\.00 used/).waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export CSV" }).click()]);
    expect(download.suggestedFilename()).toMatch(/^usage-.*\.csv$/);
  });

  test("a budget is deleted after a question, and nothing strange has happened", async () => {
    await page.getByRole("button", { name: "Change the budget Month" }).click();
    const change = page.getByRole("dialog", { name: "Change budget" });
    await change.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog", { name: "Delete the budget?" }).getByRole("button", { name: "Delete the budget" }).click();
    await page.getByText("Nothing limits what runs spend").waitFor();
    expect(complaints).toEqual({ strangers: [], errors: [] });
  });
});
