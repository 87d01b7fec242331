import type { CrewInput } from "@crew/contracts/crews";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { expect, test } from "vitest";
import { lookAt } from "./look-at.ts";
import { openConsole } from "./open-console.ts";

/** A person talks to a run that is under way: from its page, in words and by buttons, on a desk and on a phone. */

const agent = { role: "Scout", goal: "Find what matters", backstory: "", tools: [], maxIterations: 25, maxExecutionSeconds: null };
const task = (key: string) => ({ key, description: `Say something about ${key}`, expectedOutput: "One sentence", agent: "scout" });
const CREW = {
  name: "Tides",
  model: "ollama/fake-model",
  agents: [{ ...agent, key: "scout", fallbackModels: [] }],
  tasks: [task("moon"), task("sun"), task("wind")],
} as unknown as CrewInput;

test("a run is paused, given guidance, told to leave a task out and resumed from its page", async () => {
  await using stack = new AsyncDisposableStack();
  // Time for a person to press a button before the first task is over.
  const entries = [{ text: "The moon pulls.", firstByteDelayMs: 20_000 }, { text: "The sun pulls less." }];
  const fake = stack.use(await startFakeProvider({ script: { entries } }));
  const { ada, complaints, openPage } = stack.use(await openConsole({ fake }));
  const page = await openPage(ada);

  const crew = await ada.call("POST", "/v1/crews", CREW);
  const { id } = await ada.call("POST", `/v1/crews/${crew.id}/runs`, {});
  await page.goto(`/runs/${id}`);
  const card = page.getByRole("region").filter({ has: page.getByRole("heading", { name: "Talk to this run" }) });
  const talk = (await card.count()) > 0 ? card : page.locator("section", { has: page.getByRole("heading", { name: "Talk to this run" }) });
  await talk.getByRole("button", { name: "Pause" }).click();
  await talk.getByText("Pause before the next turn.").waitFor();
  await page.getByRole("heading", { name: "Paused" }).waitFor();
  await talk.getByText("Seen when task 2 began.").waitFor();

  await talk.getByLabel("Say something").fill("skip task 9");
  await talk.getByRole("button", { name: "Send" }).click();
  await talk.getByText(/There is no task "9" in this run\. Its tasks: 1 moon, 2 sun, 3 wind/).waitFor();
  await talk.getByLabel("Say something").fill("Use the almanac of 1911");
  await talk.getByLabel("Say something").press("Enter");
  await talk.getByText("Guidance for every agent, from the next turn on. No turn has seen it yet.").waitFor();
  await page.getByRole("button", { name: "Skip wind" }).click();
  await page.getByText("will be skipped").waitFor();
  await lookAt(page, "paused-run");

  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "Talk to this run" }).click();
  const sheet = page.getByRole("dialog", { name: "Talk to this run" });
  await sheet.getByText("Use the almanac of 1911").waitFor();
  await lookAt(page, "talk-sheet");
  await page.setViewportSize({ width: 390, height: 844 });
  await sheet.getByRole("button", { name: "Resume" }).click();
  await sheet.getByText("The run has ended; nothing can be said to it any more.").waitFor();
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 1440, height: 900 });

  expect(await ada.untilRun(id)).toMatchObject({ state: "succeeded", output: "The sun pulls less." });
  await talk.getByText("Guidance for every agent, from the next turn on. Seen when task 2 began.").waitFor();
  expect(await talk.getByRole("textbox").count()).toBe(0);
  await page.getByRole("region", { name: "Task wind" }).getByText("Skipped").first().waitFor();
  const sun = page.getByRole("region", { name: "Task sun" });
  if ((await sun.getByRole("button", { name: /sun/ }).getAttribute("aria-expanded")) === "false")
    await sun.getByRole("button", { name: /sun/ }).click();
  await lookAt(page, "steered-run");

  expect(fake.journal).toHaveLength(2);
  expect(JSON.stringify(fake.journal[1]?.messages)).toContain("almanac of 1911");
  expect(JSON.stringify(fake.journal)).not.toContain("about wind");
  expect(complaints).toEqual({ strangers: [], errors: expect.any(Array) });
});
