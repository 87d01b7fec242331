import { buildCrew } from "@crew/testing/build-crew";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import type { Member } from "@crew/testing/join-installation";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookAt } from "./look-at.ts";
import type { Complaints } from "./open-browser.ts";
import { openConsole } from "./open-console.ts";

/** What somebody does whose runs have died: sees why, mends it, lets them go on or gives them up; and who runs what. */

const REFUSES = { fault: { type: "status", status: 401, message: "no such key" } } as const;

describe("dead letters and workers", () => {
  const stack = new AsyncDisposableStack();
  let complaints: Complaints;
  let fake: FakeProvider;
  let ada: Member;
  let page: Page;
  let crewId: string;
  const runs: string[] = [];

  beforeAll(async () => {
    fake = stack.use(await startFakeProvider());
    const opened = stack.use(await openConsole({ fake }));
    ({ ada, complaints } = opened);
    page = await opened.openPage(ada);
    fake.setScript({ entries: [{ text: "Five facts" }, { ...REFUSES, times: 9 }] });
    ({ id: crewId } = await ada.call("POST", "/v1/crews", buildCrew({ name: "Briefing", model: "ollama/fake-model" })));
    for (let i = 0; i < 3; i++) {
      const { id } = await ada.call("POST", `/v1/crews/${crewId}/runs`, { inputs: { topic: "tides" } });
      runs.push(id);
      await ada.untilRun(id);
    }
  });
  afterAll(() => stack.disposeAsync());

  const look = (name: string) => lookAt(page, name);

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
    await expect.poll(() => page.getByRole("checkbox", { name: "Choose Briefing" }).count()).toBe(1);
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
