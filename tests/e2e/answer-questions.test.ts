import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buildCrew } from "@crew/testing/build-crew";
import type { FakeScript } from "@crew/testing/fake-provider/fake-script";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import type { Member } from "@crew/testing/join-installation";
import type { Installation } from "@crew/testing/start-installation";
import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookAt } from "./look-at.ts";
import { type Complaints, NOTED_OF_A_KILL } from "./open-browser.ts";
import { openConsole } from "./open-console.ts";

/** What runs ask, and how people answer: in the inbox by keyboard, on a run's page, on a phone. */

const DRAFT = [
  "# Five facts\n\n1. The tide rises **twice** a day.",
  "2. <img src=x onerror=alert(1)> [click](javascript:alert(1))\n",
  "| Shore | Range |\n| --- | --- |\n| North | 4 m |",
].join("\n");

/** Takes a request and never answers, as a server does whose answer is lost. */
async function startSilentSink(stack: AsyncDisposableStack) {
  const bodies: string[] = [];
  const server = createServer(async (request) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    bodies.push(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`, bodies };
}

describe("questions of runs", () => {
  const stack = new AsyncDisposableStack();
  let complaints: Complaints;
  let installation: Installation;
  let fake: FakeProvider;
  let ada: Member;
  let page: Page;
  let sink: Awaited<ReturnType<typeof startSilentSink>>;

  beforeAll(async () => {
    fake = stack.use(await startFakeProvider());
    sink = await startSilentSink(stack);
    const env = { CREW_EGRESS_ALLOW: [new URL(fake.url).host, new URL(sink.url).host].join(",") };
    const opened = stack.use(await openConsole({ fake, env }));
    ({ installation, ada, complaints } = opened);
    page = await opened.openPage(ada);
  });
  afterAll(() => stack.disposeAsync());

  const look = (name: string) => lookAt(page, name);

  async function start(crew: object, parts: { tools?: string[]; humanInput?: boolean }, entries: FakeScript["entries"]): Promise<string> {
    fake.setScript({ entries });
    const { agents, tasks } = buildCrew();
    const { id } = await ada.call("POST", "/v1/crews", {
      ...buildCrew({ name: "Harbor watch", model: "ollama/fake-model" }),
      agents: agents.slice(0, 1).map((agent) => ({ ...agent, tools: parts.tools ?? [] })),
      tasks: tasks.slice(0, 1).map((task) => ({ ...task, humanInput: parts.humanInput ?? false })),
      ...crew,
    });
    const run = await ada.call("POST", `/v1/crews/${id}/runs`, { inputs: { topic: "tides" }, documents: [] });
    await ada.untilRun(run.id, ({ state }) => state === "waiting");
    return run.id;
  }
  const call = (name: string, args: Record<string, unknown>) => ({ toolCalls: [{ id: "c1", name, arguments: args }] });
  const form = () => page.getByRole("region", { name: "Waits for you" });
  const row = (text: string | RegExp) => page.locator("[data-row]").filter({ hasText: text });
  const badge = (text: string) =>
    page.getByRole("complementary").getByRole("link", { name: new RegExp(`^Approvals\\s*:\\s*${text}\\s*waiting$`) });
  const review = () => start({ humanPolicy: deadline }, { humanInput: true }, [{ text: DRAFT }]);
  const deadline = { deadlineMinutes: 150, onDeadline: "escalate", escalateTo: "boss@example.test" };

  test("an empty inbox says what comes there", async () => {
    await page.goto("/approvals");
    await page.getByText("Nothing waits for you").waitFor();
    await look("inbox-empty");
  });

  test("what comes is there at once, counted beside its place, and moved through by keyboard", async () => {
    // The page has read its lists long before its socket is there, as on a busy machine.
    const tickets: Route[] = [];
    await page.route("**/v1/socket-tickets", (route) => void tickets.push(route));
    await page.goto("/approvals");
    await page.getByText("Nothing waits for you").waitFor();
    await expect.poll(() => tickets.length).toBe(1);
    const args = { question: "Which shore do you mean? I found two harbors of that name.", choices: ["North shore", "South shore"] };
    await start({}, { tools: ["ask_person"] }, [call("ask_person", args), { text: "The south." }]);
    // Lets go what was held.
    await page.unroute("**/v1/socket-tickets");
    await badge("1").waitFor();
    await start({ toolApprovals: ["calculator"] }, { tools: ["calculator"] }, [call("calculator", { expression: "6*7" }), { text: "42" }]);
    await review();
    await badge("3").waitFor();
    await form().getByRole("heading", { name: "An agent asks you" }).waitFor();
    await look("inbox-question");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await form().getByRole("heading", { name: "Review the draft of “find”" }).waitFor();
    await form()
      .getByText(/^Within 2 h \d\d min, by .*; then somebody else is asked too\.$/)
      .waitFor();
    expect(await form().locator("img").count()).toBe(0);
    await look("inbox-review");
  });

  test("a question is answered by one of its choices, and the next one is open", async () => {
    await row("Which shore").click();
    await form().getByRole("button", { name: "Answer", exact: true }).click();
    await form().getByText("Write the answer.").waitFor();
    await form().getByRole("button", { name: "South shore" }).click();
    await form().getByRole("button", { name: "Answer", exact: true }).click();
    await page.getByText("Your answer was taken").waitFor();
    await badge("2").waitFor();
    await expect.poll(() => fake.journal.some(({ messages }) => JSON.stringify(messages).includes("South shore"))).toBe(true);
  });

  test("a call's arguments are changed, refused where they do not fit the tool, and run as they are then", async () => {
    await row("May it use calculator?").click();
    await form().getByText("The crew asks before each call of this tool.").first().waitFor();
    await look("inbox-tool");
    await form().getByRole("button", { name: "Change the arguments" }).click();
    const text = form().getByLabel("The arguments that it runs with");
    await text.fill("{ not json");
    await form().getByRole("button", { name: "Run it with these, once" }).click();
    await form().getByText("This is not a JSON object.").waitFor();
    await text.fill('{ "expression": 5 }');
    await form().getByRole("button", { name: "Run it with these, once" }).click();
    await form().getByText('"expression" must be a string').waitFor();
    await look("inbox-arguments");
    await text.fill('{ "expression": "2+2" }');
    await form().getByRole("button", { name: "Run it with these, once" }).click();
    await badge("1").waitFor();
  });

  test("who answers second is told who was first, and what they said", async () => {
    const held: Route[] = [];
    await row("Review the draft").click();
    await form().getByRole("button", { name: "Approve", exact: true }).waitFor();
    // As where the hint of the other's answer is late.
    await page.route(/\/v1\/approvals/, (route) => (route.request().method() === "GET" ? void held.push(route) : route.continue()));
    const { data } = await ada.call("GET", "/v1/approvals");
    await ada.call("POST", `/v1/approvals/${data[0].id}`, { decision: "edit", output: "Ada's own five facts" });
    await form().getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText("test answered first: edit. The first answer counts.").first().waitFor();
    await page.unroute(/\/v1\/approvals/);
    for (const route of held) await route.continue().catch(() => {});
    await page.reload();
    await page.getByText("test changed it and let it go on.").first().waitFor();
    await look("inbox-answered-by-another");
    complaints.errors = complaints.errors.filter((error) => !/status of (?:409|400)/.test(error));
    await page.getByRole("tab", { name: "Answered" }).click();
    await row("Which shore").getByText("Ada answered.").waitFor();
    await look("inbox-answered");
  });

  test("an unknown outcome shows what is known of the call, on the run's page too", async () => {
    const order = { url: sink.url, body: { order: 17 } };
    fake.setScript({ entries: [call("http_post", order), { text: "Ordered." }] });
    const { agents, tasks } = buildCrew();
    const { id } = await ada.call("POST", "/v1/crews", {
      ...buildCrew({ name: "Orders", model: "ollama/fake-model" }),
      agents: agents.slice(0, 1).map((agent) => ({ ...agent, tools: ["http_post"] })),
      tasks: tasks.slice(0, 1),
    });
    const run = await ada.call("POST", `/v1/crews/${id}/runs`, { inputs: { topic: "tides" }, documents: [] });
    await expect.poll(() => sink.bodies.length).toBe(1);
    await installation.kill("platform");
    await installation.start("platform");
    await ada.untilRun(run.id, ({ reason }) => reason === "needs_attention");
    await page.goto(`/runs/${run.id}`);
    await form()
      .getByText(/, process \d+$/)
      .waitFor();
    await look("run-unknown");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto("/approvals");
    await row("What became of http_post?").click();
    await form().getByLabel("What the tool answered").fill("Order 17 is in the shop's list");
    await form().getByRole("button", { name: "It happened, go on" }).click();
    await page.getByText("Nothing waits for you").waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
    expect((await ada.untilRun(run.id)).state).toBe("succeeded");
    expect(sink.bodies).toHaveLength(1);
  });

  test("on a phone ten places fit: five in the bar, the others behind More", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto("/");
    const bar = page.getByRole("navigation", { name: "Console" }).last();
    await page.getByRole("button", { name: "More" }).waitFor();
    expect((await bar.locator("a, button").allInnerTexts()).map((text) => text.trim().split("\n")[0])).toEqual([
      "Home",
      "Runs",
      "Chat",
      "Approvals",
      "More",
    ]);
    await page.getByRole("button", { name: "More" }).click();
    const sheet = page.getByRole("dialog", { name: "More" });
    await sheet.getByRole("link", { name: "Operations" }).waitFor();
    await look("phone-more");
    await page.setViewportSize({ width: 390, height: 844 });
    await sheet.getByRole("link", { name: "Settings" }).click();
    await page.waitForURL(/settings/);
    expect(await sheet.isVisible()).toBe(false);
  });

  test("a crew says when it asks, and what happens when nobody answers", async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    const { data } = await ada.call("GET", "/v1/crews?limit=1");
    await page.goto(`/crews/${data[0].id}`);
    await page.getByLabel("http_post").first().waitFor();
    const people = page.locator("section", { hasText: "Whom it waits for" }).last();
    await people.getByLabel("http_post").check();
    await people.getByLabel("Its questions have a deadline").check();
    await people.getByLabel("When nobody answers").selectOption("answer");
    await people.getByLabel("The crew's answer").fill("Take the usual");
    await people.scrollIntoViewIfNeeded();
    await look("crew-people");
    await page.getByRole("button", { name: "Save" }).first().click();
    await expect
      .poll(async () => (await ada.call("GET", `/v1/crews/${data[0].id}`)).humanPolicy)
      .toMatchObject({ deadlineMinutes: 1440, onDeadline: "answer", defaultAnswer: "Take the usual" });
    expect((await ada.call("GET", `/v1/crews/${data[0].id}`)).toolApprovals).toEqual(["http_post"]);
  });

  test("nothing went wrong on the way, and nobody else was asked for anything", () => {
    expect(complaints.strangers).toEqual([]);
    expect(complaints.errors.filter((error) => !NOTED_OF_A_KILL.test(error))).toEqual([]);
  });
});
