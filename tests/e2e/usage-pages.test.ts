import { buildCrew } from "@crew/testing/build-crew";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import type { Member } from "@crew/testing/join-installation";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookAt } from "./look-at.ts";
import type { Complaints } from "./open-browser.ts";
import { openConsole } from "./open-console.ts";

/** What was spent, what may be, and what a person does when a run has come to the limit. */

describe("usage and budgets", () => {
  const stack = new AsyncDisposableStack();
  let complaints: Complaints;
  let fake: FakeProvider;
  let ada: Member;
  let page: Page;

  beforeAll(async () => {
    fake = stack.use(await startFakeProvider({ script: { defaults: { usage: { inputTokens: 1_200, outputTokens: 800 } } } }));
    const opened = stack.use(await openConsole({ fake }));
    ({ ada, complaints } = opened);
    page = await opened.openPage(ada);
  });
  afterAll(() => stack.disposeAsync());

  const look = (name: string) => lookAt(page, name);

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
