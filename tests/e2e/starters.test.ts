import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Member } from "@crew/testing/join-installation";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookAt } from "./look-at.ts";
import type { Complaints } from "./open-browser.ts";
import { openConsole } from "./open-console.ts";

/** What starts crews by itself, as people set it up: a schedule, and a trigger that a shell sends to. */

const CREW = {
  name: "Topic brief",
  model: "demo/extractive",
  agents: [{ key: "scout", role: "Scout", goal: "Find what matters about {topic}" }],
  tasks: [{ key: "find", description: "Say what {topic} is, in a {tone} tone", expectedOutput: "One sentence", agent: "scout" }],
};

describe("schedules and triggers", () => {
  const stack = new AsyncDisposableStack();
  let complaints: Complaints;
  let ada: Member;
  let page: Page;
  let crewId: string;

  beforeAll(async () => {
    const opened = stack.use(await openConsole());
    ({ ada, complaints } = opened);
    crewId = (await ada.call("POST", "/v1/crews", CREW)).id;
    page = await opened.openPage(ada);
  });
  afterAll(() => stack.disposeAsync());

  const look = (name: string) => lookAt(page, name);

  const row = (name: string): Locator => page.getByRole("row").filter({ hasText: name });
  const nextOf = (name: string): Locator => row(name).getByRole("cell").nth(1);
  const choose = async (menu: string, item: string) => {
    await page.getByRole("button", { name: menu }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };

  test("a schedule is made from its crew, its times are shown in words, it runs, pauses and goes on", async () => {
    await page.goto("/schedules");
    await page.getByText("Nothing runs by the clock yet").waitFor();
    await look("schedules-empty");
    await page.goto(`/crews/${crewId}`);
    await page.getByRole("button", { name: "Schedule: run this crew at set times" }).click();
    const dialog = page.getByRole("dialog", { name: "New schedule" });
    await dialog.getByLabel("Name").fill("Morning brief");
    await dialog.getByLabel("Cron").fill("61 * * * *");
    await dialog.getByText(/no valid minute: 61/).waitFor();
    await dialog.getByRole("button", { name: "Workdays" }).click();
    await dialog.getByLabel("Time zone").fill("Europe/Berlin");
    await dialog.getByText("At 09:00, Monday through Friday").waitFor();
    const times = dialog.getByRole("region", { name: "Its next times" });
    await expect.poll(() => times.getByRole("listitem").count()).toBe(5);
    await dialog.getByRole("button", { name: "Add schedule" }).click();
    await dialog.getByText("Fill this in").first().waitFor();
    await dialog.getByLabel("Topic").fill("Solar power");
    await dialog.getByLabel("Tone").fill("dry");
    await look("schedule-dialog");
    await dialog.getByRole("button", { name: "Add schedule" }).click();
    await nextOf("Morning brief")
      .getByText(/09:00 Berlin, in /)
      .waitFor();
    await choose("Actions for Morning brief", "Run now");
    await page.waitForURL(/\/runs\/run_/);
    await page.getByText("schedule “Morning brief”").first().waitFor();
    await page.getByText("Succeeded").first().waitFor();
    await page.goto("/schedules");
    await row("Morning brief").getByRole("cell").nth(2).getByText("Succeeded").waitFor();
    await look("schedules");
    const onSwitch = page.getByRole("switch", { name: "Morning brief runs by the clock" });
    await onSwitch.click();
    await nextOf("Morning brief").getByText("Paused").waitFor();
    expect(await onSwitch.getAttribute("aria-checked")).toBe("false");
    await onSwitch.click();
    await nextOf("Morning brief")
      .getByText(/09:00 Berlin/)
      .waitFor();
    await row("Morning brief").getByRole("button", { name: "Morning brief", exact: true }).click();
    const drawer = page.getByRole("dialog", { name: "Morning brief" });
    await drawer.getByText(/Started by hand by /).waitFor();
    await look("schedule-times");
    await page.keyboard.press("Escape");
  });

  test("a clock change among the next times is explained", async () => {
    const { times } = await ada.call("POST", "/v1/schedules/preview", { cron: "30 2 * * *", timezone: "Europe/Berlin" });
    expect(times).toHaveLength(5);
    await choose("Actions for Morning brief", "Change");
    const dialog = page.getByRole("dialog", { name: "Change schedule" });
    // Monthly at half past two: one of five lies behind a change of the clocks, and says so.
    await dialog.getByLabel("Cron").fill("30 2 28 1-12/2 *");
    await dialog
      .getByText(/The clocks go (back|forward) 1 h before this one/)
      .first()
      .waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  test("a trigger is made, tried with an event, sent to from a shell as it shows, and a refused event is replayed", async () => {
    await page.getByRole("tab", { name: "Triggers" }).click();
    await page.getByText("Nothing outside starts a crew yet").waitFor();
    await look("triggers-empty");
    await page.getByRole("button", { name: "New trigger" }).first().click();
    const dialog = page.getByRole("dialog", { name: "New trigger" });
    await dialog.getByLabel("Name").fill("New articles");
    await dialog.getByLabel("Crew").selectOption({ label: "Topic brief" });
    await dialog.getByLabel("{topic}").fill("$.article.title");
    await dialog.getByLabel("{tone}").fill("dry");
    await dialog.getByLabel("Try it with an event").fill('{"article":{}}');
    await dialog.getByText("nothing at $.article.title").waitFor();
    await dialog.getByLabel("Try it with an event").fill('{"article":{"title":"Wind power"}}');
    await dialog.getByText("Wind power", { exact: true }).waitFor();
    await look("trigger-dialog");
    await dialog.getByRole("button", { name: "Add trigger" }).click();
    await page.getByText(/^whsec_/).waitFor();
    await page.getByText("Try it from a shell").click();
    await look("trigger-secret");
    const command = await page.getByRole("region", { name: "A signed request with curl" }).innerText();
    const shell = spawn("bash", ["-euo", "pipefail", "-c", command], { stdio: ["ignore", "pipe", "ignore"] });
    const [answer] = await Promise.all([text(shell.stdout), once(shell, "exit")]);
    expect(JSON.parse(answer)).toMatchObject({ runId: expect.stringMatching(/^run_/) });
    await page.getByRole("button", { name: "I have copied it" }).click();
    await row("New articles").getByText("Started a run").waitFor();
    await row("New articles").getByRole("button", { name: "New articles", exact: true }).click();
    const drawer = page.getByRole("dialog", { name: "New articles" });
    await drawer.getByText("Send a test event").click();
    await drawer.getByRole("textbox", { name: "The event" }).fill('{"headline":"Tides"}');
    await drawer.getByRole("button", { name: "Send it" }).click();
    await drawer.getByText("The event has nothing at $.article.title.").waitFor();
    await look("trigger-events");
    await page.keyboard.press("Escape");
    await choose("Actions for New articles", "Change");
    const change = page.getByRole("dialog", { name: "Change trigger" });
    await change.getByLabel("{topic}").fill("$.headline");
    await change.getByRole("button", { name: "Save" }).click();
    await row("New articles").getByRole("button", { name: "New articles", exact: true }).click();
    await drawer.getByRole("button", { name: "Replay" }).click();
    await expect.poll(() => drawer.getByText("started nothing").count()).toBe(0);
    await expect.poll(() => drawer.getByText("started a run").count()).toBe(2);
    await page.keyboard.press("Escape");
    await look("triggers");
  });

  test("nothing was asked of others, and no page complained", () => {
    expect(complaints.strangers).toEqual([]);
    // The browser itself notes that the cron was refused which was no cron.
    expect(complaints.errors.filter((error) => !error.includes("/v1/schedules/preview"))).toEqual([]);
  });
});
