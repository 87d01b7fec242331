import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import type { Member } from "@crew/testing/join-installation";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookAt } from "./look-at.ts";
import type { Complaints } from "./open-browser.ts";
import { openConsole } from "./open-console.ts";

/** Talking to a crew, its agents and the platform: with the demonstration model, which needs nobody outside, and a scripted one. */

const CREW = {
  name: "Tide notes",
  description: "Writes notes on a topic.",
  model: "demo/extractive",
  agents: [{ key: "scribe", role: "Scribe", goal: "Write notes on {topic}" }],
  tasks: [{ key: "note", description: "Say what this text says of {topic}: {text}", expectedOutput: "A list", agent: "scribe" }],
};

describe("talking to more than a model", () => {
  const stack = new AsyncDisposableStack();
  let complaints: Complaints;
  let fake: FakeProvider;
  let ada: Member;
  let page: Page;
  let crewId: string;

  beforeAll(async () => {
    fake = stack.use(await startFakeProvider());
    const opened = stack.use(await openConsole({ fake, env: { CREW_EGRESS_ALLOW: new URL(fake.url).host } }));
    ({ ada, complaints } = opened);
    crewId = (await ada.call("POST", "/v1/crews", CREW)).id;
    page = await opened.openPage(ada);
  });
  afterAll(() => stack.disposeAsync());

  const say = async (text: string) => {
    await page.getByLabel("Message", { exact: true }).fill(text);
    await page.getByLabel("Message", { exact: true }).press("Enter");
  };
  const answer = () => page.getByRole("article", { name: "Answer" }).last();
  const runs = async () => (await ada.call("GET", `/v1/runs?crewId=${crewId}&kind=crew&limit=50`)).data;

  test("a crew says what it needs, starts one run as a card when it is told, and tells of it with a link", async () => {
    await page.goto(`/crews/${crewId}`);
    await page.getByRole("button", { name: "Talk to this crew" }).click();
    await page.waitForURL(/\/chat\?crew=/);
    expect(await page.getByLabel("Talk to", { exact: true }).inputValue()).toBe(crewId);
    await lookAt(page, "talk-new");
    await say("Hello, what do you need?");
    await page.waitForURL(/\/chat\/conversation_/);
    await page.getByRole("link", { name: "Tide notes" }).waitFor();
    await answer().getByText("Write each on a line of its own").waitFor();
    await say("topic: tides; text: The tide rises twice a day.");
    const card = answer().getByRole("link", { name: /^Run, started here\s*Tide notes/ });
    await card.getByText("Succeeded").waitFor();
    const [run, ...others] = await runs();
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      inputs: { topic: "tides", text: "The tide rises twice a day." },
      startedBy: { kind: "chat", name: "Ada" },
    });
    await lookAt(page, "talk-run-card");
    await page.reload();
    await say("What was the result of the last run?");
    await answer().getByText("is succeeded").waitFor();
    await answer().getByRole("link", { name: "This run of Tide notes" }).click();
    await page.waitForURL(`**/runs/${run.id}`);
    await page.getByRole("button", { name: "Ask about this run" }).click();
    await expect.poll(() => page.getByLabel("Message", { exact: true }).inputValue()).toBe(`About the run ${run.id}: `);
  });

  test("a call that needs leave asks in the chat, with its exact arguments, and the answer goes on", async () => {
    const { id, agents } = await ada.call("POST", "/v1/crews", {
      ...CREW,
      name: "Reckoners",
      model: "ollama/fake-model",
      toolApprovals: ["calculator"],
      agents: [{ key: "reckoner", role: "Reckoner", goal: "Reckon", tools: ["calculator"] }],
      tasks: [{ key: "sum", description: "Add", expectedOutput: "A number", agent: "reckoner" }],
    });
    fake.setScript({
      entries: [{ toolCalls: [{ id: "c1", name: "calculator", arguments: { expression: "6 * 7" } }] }, { text: "It is forty-two." }],
    });
    await page.goto(`/chat?crew=${id}`);
    await page.getByLabel("Who of the crew answers").selectOption(agents[0].id);
    await say("Six times seven?");
    const form = page.getByRole("region", { name: "Waits for you" });
    await form.getByText("6 * 7").waitFor();
    await lookAt(page, "talk-approval");
    await form.getByRole("button", { name: /^Allow|^Approve/ }).click();
    await answer().getByText("It is forty-two.").waitFor();
    await page.reload();
    await answer()
      .getByRole("button", { name: /calculator/ })
      .click();
    await answer().getByText("6 * 7 = 42").waitFor();
  });

  test("the platform proposes a crew, which is there when the button is pressed, and a change as a difference", async () => {
    await page.goto("/chat?platform=1");
    await say("Create a crew that lists the open questions of a meeting");
    const create = answer().getByRole("button", { name: "Create this crew" });
    await create.waitFor();
    const named = async (name: string) =>
      (await ada.call("GET", "/v1/crews?limit=100")).data.filter((crew: { name: string }) => crew.name === name);
    expect(await named("Lists the open questions of")).toEqual([]);
    await lookAt(page, "talk-proposal");
    await create.click();
    await answer().getByText("The crew is created.").waitFor();
    expect(await named("Lists the open questions of")).toHaveLength(1);

    const changed = { ...CREW, tasks: [{ ...CREW.tasks[0], expectedOutput: "Three short lines" }] };
    fake.setScript({
      entries: [{ toolCalls: [{ id: "p1", name: "propose_crew", arguments: { crewId, definition: changed } }] }, { text: "Shorter now." }],
    });
    await page.goto("/chat?platform=1");
    await page.getByLabel("Model").selectOption("ollama/fake-model");
    await say("Make its notes shorter");
    await answer().getByRole("heading", { name: "Task note: expectedOutput" }).waitFor();
    await lookAt(page, "talk-change");
    await answer().getByRole("button", { name: "Apply as version 2" }).click();
    await answer().getByText("It is version 2 now.").waitFor();
    expect(await ada.call("GET", `/v1/crews/${crewId}`)).toMatchObject({ version: 2, tasks: [{ expectedOutput: "Three short lines" }] });
  });

  test("what an answer does is there while it is still being written, and stays where it is: by a reload, at its end, and later", async () => {
    const start = { crewId, inputs: { topic: "tides", text: "The tide rises twice a day." } };
    fake.setScript({
      entries: [
        { toolCalls: [{ id: "s1", name: "start_run", arguments: start }] },
        { text: "They are on their way. ".repeat(14), tokenDelayMs: 40, holdAfter: 30 },
      ],
    });
    await page.goto("/chat?platform=1");
    await page.getByLabel("Model").selectOption("ollama/fake-model");
    await say("Start the tide notes");
    const card = () => answer().getByRole("link", { name: /^Run, started here\s*Tide notes/ });
    const receipt = () => answer().getByRole("button", { name: /start_run/ });
    const words = () => answer().getByText("They are on their way.");
    /** How far below the answer's top. */
    const places = async () => {
      const tops = [answer(), receipt(), card(), words()].map(async (part) => (await part.boundingBox())?.y ?? Number.NaN);
      const [top = Number.NaN, ...below] = await Promise.all(tops);
      return below.map((y) => Math.round(y - top));
    };
    const isBusy = () => answer().getAttribute("aria-busy");
    await card().getByText("Succeeded").waitFor();
    await words().waitFor();
    const live = await places();
    expect(await isBusy()).toBe("true");
    expect(live.every(Number.isFinite)).toBe(true);
    expect(live).toEqual(live.toSorted((a, b) => a - b));
    await page.reload();
    await words().waitFor();
    expect(await places()).toEqual(live);
    expect(await isBusy()).toBe("true");
    fake.setScript({});
    await page.getByText("The answer is complete.").waitFor({ state: "attached" });
    expect(await places()).toEqual(live);
    await page.reload();
    await words().waitFor();
    await card().waitFor();
    expect(await isBusy()).toBe("false");
    expect(await places()).toEqual(live);
  });

  test("what a model thinks is seen while it does, is a line once it speaks, opens by keyboard, and is the same later", async () => {
    const thought = '<img src="x" onerror="document.title=1"> **tides** and moons, '.repeat(60).trim();
    const reasoning = { thoughts: [thought], name: "reasoning" as const };
    fake.setScript({ entries: [{ reasoning, text: "It rises twice a day. ".repeat(30).trim(), tokenDelayMs: 10, holdAfter: 200 }] });
    await page.goto("/chat");
    await page.getByLabel("Model").selectOption("ollama/fake-model");
    await say("When does the tide rise?");
    const words = () => answer().getByRole("region", { name: "What the model thought" });
    const line = (name: string) => answer().getByRole("button", { name });
    await line("Thinking…").waitFor();
    await words().getByText("and moons").waitFor();
    await page.reload();
    await words().getByText("and moons").waitFor();
    fake.setScript({});
    await answer().getByText("It rises twice a day.").waitFor();
    await line("Thought for a moment").waitFor();
    expect(await words().count()).toBe(0);
    await line("Thought for a moment").press("Enter");
    expect(await words().innerText()).toBe(thought);
    await page.getByText("The answer is complete.").waitFor({ state: "attached" });
    // Who has opened it keeps it open.
    expect(await words().innerText()).toBe(thought);
    await lookAt(page, "talk-thoughts");
    await page.reload();
    await line("Thought for a moment").waitFor();
    expect(await words().count()).toBe(0);
    await line("Thought for a moment").press("Space");
    expect(await words().innerText()).toBe(thought);
    expect(await answer().locator("img, strong").count()).toBe(0);
    await answer().getByRole("link", { name: "Run", exact: true }).click();
    // The page before has a button of the same name, and stays until the next one is there.
    await page.waitForURL(/\/runs\//);
    await page.getByRole("button", { name: "Thought for a moment" }).press("Enter");
    await page.getByRole("region", { name: "What the model thought" }).getByText("and moons").waitFor();
  });

  test("nothing was fetched from elsewhere, and no page complained", () => {
    expect(complaints).toEqual({ strangers: [], errors: [] });
  });
});
