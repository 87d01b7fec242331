import type { FakeReply } from "@crew/testing/fake-provider/fake-script";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { joinInstallation } from "@crew/testing/join-installation";
import { type Composition, type ServiceName, startInstallation } from "@crew/testing/start-installation";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { expect, test } from "vitest";
import { type Complaints, NOTED_OF_A_KILL, openBrowser, openWindow } from "./open-browser.ts";
import { compareWithStored, plain, readShownRun, sampleLiveText, strayText } from "./shown-run.ts";

const TASKS = ["north", "east", "south", "west"];

/** What is killed: everything there is, or what moves the run and what the page hangs on. */
const CASES: { composition: Composition; killed: ServiceName[] }[] = [{ composition: "embedded", killed: ["platform"] }];
if (!redisIsMissing) CASES.push({ composition: "distributed", killed: ["worker", "chatbot"] });

test.each(CASES)(
  "$composition: kill -9 in mid-run with the page open: it heals by itself, tells where it continued, and repeats nothing",
  async ({ composition, killed }) => {
    await using stack = new AsyncDisposableStack();
    const defaults: FakeReply = { turns: 1, tool: "calculator", tokens: 50, tokenDelayMs: 25, firstByteDelayMs: 100 };
    // The second task's answer stops in its middle: it is still there however long the browser takes to open.
    const held = { when: { contains: "Look east" }, holdAfter: 20 };
    const fake = stack.use(await startFakeProvider({ script: { entries: [held], defaults } }));
    const installation = stack.use(await startInstallation(composition, { fake }));
    const ada = await joinInstallation(installation.origin);
    const crew = await ada.call("POST", "/v1/crews", {
      name: "Harbor round",
      model: "ollama/fake-model",
      agents: [{ key: "pilot", role: "Pilot", goal: "Know the harbor", tools: ["calculator"] }],
      tasks: TASKS.map((key) => ({ key, description: `Look ${key} over {topic}`, expectedOutput: "A sentence", agent: "pilot" })),
    });
    const { id } = await ada.call("POST", `/v1/crews/${crew.id}/runs`, { inputs: { topic: "the bay" } });

    const browser = await openBrowser();
    stack.defer(() => browser.close());
    const complaints: Complaints = { strangers: [], errors: [] };
    const window = await openWindow(browser, installation.origin, complaints);
    await window.addCookies(
      ada.cookie
        .split("; ")
        .map((pair) => ({ name: pair.split("=")[0] ?? "", value: pair.slice(pair.indexOf("=") + 1), url: installation.origin })),
    );
    const page = await window.newPage();
    let loads = 0;
    page.on("load", () => void loads++);
    await page.goto(`/runs/${id}`);
    const samples = await sampleLiveText(page);

    // In the middle of the second task's answer.
    await page.locator('section[aria-label="Task east"] div > span.animate-pulse-soft').waitFor();
    const before = await ada.events(id);
    await Promise.all(killed.map(installation.kill));
    fake.setScript({ defaults });
    const killedAt = Date.now();
    await Promise.all(killed.map(installation.start));
    const upAfter = Date.now() - killedAt;
    await page
      .getByText(/The worker was lost; continued at step \d+ after/)
      .first()
      .waitFor();
    const toldAfter = Date.now() - killedAt;
    await page.getByText("Succeeded", { exact: true }).first().waitFor();
    expect(loads, "the page was not loaded again").toBe(1);

    const run = await ada.untilRun(id);
    const stored = await ada.events(id);
    expect(run).toMatchObject({ state: "succeeded", attempt: 2 });
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
    expect(stored.slice(0, before.length)).toEqual(before);
    const shown = await readShownRun(page);
    expect(compareWithStored(shown, stored)).toEqual([]);
    expect(shown.tasks.map(({ key }) => key)).toEqual(TASKS);
    const answers = stored.filter(({ type }) => type === "llm_call_completed").map(({ data }) => String(data.text));
    expect(strayText(await samples(), answers)).toEqual([]);
    const resumed = stored.find(({ type }) => type === "run_resumed");
    expect(await page.locator("main").textContent()).toContain(`continued at step ${Number(resumed?.data.atStep) + 1} after`);

    // Two calls a task, and the one that the kill has cut.
    expect(fake.journal).toHaveLength(2 * TASKS.length + 1);
    const asked = fake.journal.map(({ bodyHash }) => bodyHash);
    expect(new Set(asked).size, "only the call that was cut was made again").toBe(2 * TASKS.length);
    console.log(`${composition}: after kill -9 serves after ${upAfter} ms, the open page told it after ${toldAfter} ms`);

    const later = await window.newPage();
    await later.goto(`/runs/${id}`);
    await later.getByText("Succeeded", { exact: true }).first().waitFor();
    expect((await readShownRun(later)).tasks.map(({ text }) => plain(text))).toEqual(shown.tasks.map(({ text }) => plain(text)));
    expect(complaints.strangers).toEqual([]);
    const unexpected = complaints.errors.filter((error) => !NOTED_OF_A_KILL.test(error));
    expect(unexpected).toEqual([]);
  },
);
