import { buildCrew } from "@crew/testing/build-crew";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import type { Member } from "@crew/testing/join-installation";
import { type MailCatcher, startMailCatcher } from "@crew/testing/start-mail-catcher";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookAt } from "./look-at.ts";
import { mailedLink } from "./mailed-link.ts";
import type { Complaints } from "./open-browser.ts";
import { openConsole } from "./open-console.ts";

/** A run asks, its starter is mailed, and answers on a device that is not signed in. */

const EMAIL = "ada@example.test";

describe("a question by mail", () => {
  const stack = new AsyncDisposableStack();
  let complaints: Complaints;
  let fake: FakeProvider;
  let mail: MailCatcher;
  let ada: Member;
  let page: Page;
  /** A window that is signed in to nothing. */
  let stranger: () => Promise<Page>;

  beforeAll(async () => {
    fake = stack.use(await startFakeProvider());
    mail = stack.use(await startMailCatcher());
    const env = {
      CREW_SMTP_URL: mail.url,
      CREW_MAIL_FROM: "Crews <crews@example.test>",
      CREW_EGRESS_ALLOW: new URL(fake.url).host,
    };
    const opened = stack.use(await openConsole({ fake, env, email: EMAIL }));
    ({ ada, complaints } = opened);
    stranger = opened.openPage;
    page = await stranger();
    await page.goto(await mailedLink(mail, EMAIL, "verify-email"));
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("The address is confirmed.").waitFor();
  });
  afterAll(() => stack.disposeAsync());

  async function asking(): Promise<string> {
    fake.setScript({ entries: [{ text: "The draft of the page" }] });
    const { agents, tasks } = buildCrew();
    const { id } = await ada.call("POST", "/v1/crews", {
      ...buildCrew({ name: "Brief", model: "ollama/fake-model" }),
      agents: agents.slice(0, 1),
      tasks: tasks.slice(0, 1).map((task) => ({ ...task, humanInput: true })),
      humanPolicy: { deadlineMinutes: 2_880, onDeadline: "continue" },
    });
    const run = await ada.call("POST", `/v1/crews/${id}/runs`, { inputs: { topic: "tides" }, documents: [] });
    await ada.untilRun(run.id, ({ state }) => state === "waiting");
    return run.id;
  }

  test("the mail comes although the server refuses it at first, says nothing of the draft, and decides nothing when it is scanned", async () => {
    mail.refuse(451, 1);
    const runId = await asking();
    const link = await mailedLink(mail, EMAIL, "answer");
    const text = mail.mails.at(-1)?.text ?? "";
    expect(text).toContain("asks to have a draft reviewed");
    expect(text).not.toContain("The draft of the page");
    // As a scanner does: it fetches the address, without the part that browsers keep to themselves.
    for (let i = 0; i < 3; i++) expect((await fetch(link)).status).toBe(200);
    expect((await ada.run(runId)).state).toBe("waiting");
  }, 60_000);

  test("the page shows the draft, says in whose name one answers, and takes one answer", async () => {
    const [asked] = (await ada.call("GET", "/v1/approvals")).data;
    const link = await mailedLink(mail, EMAIL, "answer");
    await page.goto(link);
    await page.getByText("You answer as Ada in Ada's workspace.").waitFor();
    const form = page.getByRole("region", { name: "Waits for you" });
    await form.getByText("The draft of the page").waitFor();
    await form.getByText(/then the draft is taken as it is/).waitFor();
    expect(page.url()).not.toContain("token");
    await lookAt(page, "answer");
    await page.setViewportSize({ width: 390, height: 844 });
    await form.getByRole("button", { name: "Edit it myself" }).click();
    await form.getByLabel("Your text").fill("What Ada wrote on her phone");
    await form.getByRole("button", { name: "Use my text" }).click();
    await page.getByText("Your answer was taken").waitFor();
    await lookAt(page, "answer-taken");
    const run = await ada.untilRun(asked.runId);
    expect(run).toMatchObject({ state: "succeeded", output: "What Ada wrote on her phone" });
    const [audited] = (await ada.call("GET", `/v1/audit-events?subject=${asked.id}`)).data;
    expect(audited).toMatchObject({ action: "approval.decided", actor: { name: "Ada" }, detail: { decision: "edit", by: "link" } });
    const another = await stranger();
    await another.goto(link);
    await another.getByText("This link is over").waitFor();
    await another.getByRole("link", { name: "Sign in and see what waits" }).waitFor();
  });

  test("nothing went wrong on the way, and nobody else was asked for anything", () => {
    expect(complaints.strangers).toEqual([]);
    expect(complaints.errors.filter((error) => !/status of (?:404|401)/.test(error))).toEqual([]);
  });
});
