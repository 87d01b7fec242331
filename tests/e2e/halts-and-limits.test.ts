import type { Member } from "@crew/testing/join-installation";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookAt } from "./look-at.ts";
import type { Complaints } from "./open-browser.ts";
import { openConsole } from "./open-console.ts";

/** The kill switch of a workspace and of a crew, and the limits of runs, as a person sets them. */

describe("halts and limits", () => {
  const stack = new AsyncDisposableStack();
  let complaints: Complaints;
  let ada: Member;
  let page: Page;

  beforeAll(async () => {
    const opened = stack.use(await openConsole());
    ({ ada, complaints } = opened);
    page = await opened.openPage(ada);
  });
  afterAll(() => stack.disposeAsync());

  const look = (name: string) => lookAt(page, name);

  test("the workspace is halted with a reason, every page says so, and it is lifted again", async () => {
    await page.goto("/operations");
    await page.getByText("Nothing is halted.").waitFor();
    await page.getByRole("button", { name: "Halt the workspace" }).click();
    const dialog = page.getByRole("dialog", { name: "Halt the workspace?" });
    await dialog.getByLabel("Reason").fill("The crews write to customers twice");
    await look("halt-dialog");
    await dialog.getByRole("button", { name: "Halt the workspace" }).click();
    await page.getByText("This workspace is halted.").waitFor();
    await look("halted-operations");
    await page.goto("/crews");
    await page.getByText("This workspace is halted.").waitFor();
    await look("halted-crews");
    const { data } = await ada.call("GET", "/v1/crews");
    const refused = await ada.call("POST", `/v1/crews/${data[0].id}/runs`, { inputs: {} }).catch((error: unknown) => error);
    expect(JSON.stringify(refused) + String(refused)).toMatch(/halted|input/);
    await page.getByRole("link", { name: "Lift it in Operations" }).click();
    await page.getByRole("button", { name: "Lift the halt" }).click();
    await page.getByText("Nothing is halted.").waitFor();
    await expect.poll(() => page.getByText("This workspace is halted.").count()).toBe(0);
  });

  test("a crew is halted and lifted from its menu", async () => {
    await page.goto("/crews");
    await page
      .getByRole("button", { name: /^Actions for/ })
      .first()
      .click();
    await page.getByRole("menuitem", { name: "Halt" }).click();
    await page.getByLabel("Reason").fill("It loops");
    await page.getByRole("button", { name: "Halt the crew" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.goto("/operations");
    await page.getByText("It loops").waitFor();
    await look("halted-crew");
    await page.goto("/crews");
    await page
      .getByRole("button", { name: /^Actions for/ })
      .first()
      .click();
    await page.getByRole("menuitem", { name: "Lift its halt" }).click();
    await expect.poll(async () => (await ada.call("GET", "/v1/halts")).data.length).toBe(0);
  });

  test("limits of the workspace and of a crew are set", async () => {
    await page.goto("/settings/workspace");
    await page.getByLabel("Runs at the same time").fill("4");
    await page.getByLabel("Runs that may wait").fill("200");
    await page.getByLabel("Seconds that a run may take").fill("3600");
    await page.getByRole("button", { name: "Set the limits" }).click();
    const limits = { maxConcurrentRuns: 4, maxQueuedRuns: 200, defaultMaxExecutionSeconds: 3_600 };
    await expect.poll(() => ada.call("GET", "/v1/run-limits")).toEqual(limits);
    await look("workspace-limits");
    const { data } = await ada.call("GET", "/v1/crews");
    await page.goto(`/crews/${data[0].id}`);
    await page.getByLabel("Runs at the same time").fill("2");
    await page.getByLabel("Priority").fill("10");
    await page.getByRole("button", { name: "Set the limits" }).click();
    await expect.poll(() => ada.call("GET", `/v1/crews/${data[0].id}/run-limits`)).toEqual({ maxConcurrentRuns: 2, priority: 10 });
    await page.getByLabel("Seconds that a run may take").fill("900");
    await page.getByRole("button", { name: "Save" }).first().click();
    await expect.poll(async () => (await ada.call("GET", `/v1/crews/${data[0].id}`)).maxExecutionSeconds).toBe(900);
    await look("crew-limits");
  });

  test("nothing was asked of strangers and nothing went wrong in the browser", () => {
    expect(complaints.strangers).toEqual([]);
  });
});
