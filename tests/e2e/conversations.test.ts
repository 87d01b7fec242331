import { joinInstallation, type Member } from "@crew/testing/join-installation";
import type { Installation } from "@crew/testing/start-installation";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookAt } from "./look-at.ts";
import type { Complaints } from "./open-browser.ts";
import { openConsole } from "./open-console.ts";

/** Conversations as things one lives with: branches, versions, search, pins, the archive, sharing, and none of it. */
describe("conversations", () => {
  const stack = new AsyncDisposableStack();
  let complaints: Complaints;
  let installation: Installation;
  let ada: Member;
  let page: Page;
  let other: Page;
  let openPage: (member?: Member) => Promise<Page>;

  beforeAll(async () => {
    const opened = stack.use(await openConsole());
    ({ installation, ada, complaints, openPage } = opened);
    [page, other] = [await openPage(ada), await openPage(ada)];
  });
  afterAll(() => stack.disposeAsync());

  const idOf = (shown: Page) => /\/chat\/(conversation_\w+)/.exec(shown.url())?.[1] ?? "";
  const list = (shown = page) => shown.getByRole("complementary", { name: "Conversations" });
  const messages = (shown = page) => shown.getByRole("region", { name: "Messages" });
  const answer = (text: string | RegExp, shown = page) => messages(shown).getByRole("article").filter({ hasText: text });
  const settled = (shown = page) => shown.getByText("The answer is complete.").waitFor({ state: "attached" });

  async function ask(text: string, shown = page): Promise<void> {
    await shown.getByRole("textbox", { name: "Message" }).fill(text);
    await shown.getByRole("button", { name: "Send", exact: true }).click();
  }
  async function begin(text: string): Promise<string> {
    await page.goto("/chat");
    await ask(text);
    await page.waitForURL(/\/chat\/conversation_/);
    await settled();
    return idOf(page);
  }
  async function choose(item: string, row: string): Promise<void> {
    await list().locator("[data-row]").filter({ hasText: row }).hover();
    await list()
      .getByRole("button", { name: `Actions for ${row}` })
      .click();
    await page.getByRole("menuitem", { name: item, exact: true }).click();
  }
  const rows = () => list().locator("[data-row]").allInnerTexts();

  let talk = "";

  test("a message is edited and sent again, in every window; the first version stays beside it", async () => {
    talk = await begin("How much is 6*7?");
    await answer("42").waitFor();
    await other.goto(`/chat/${talk}`);
    await answer("42", other).waitFor();
    await messages().getByRole("button", { name: "Edit and send again" }).click();
    const text = page.getByRole("form", { name: "Edit the message" }).getByRole("textbox");
    expect(await text.inputValue()).toBe("How much is 6*7?");
    await lookAt(page, "chat-edit");
    await text.fill("How much is 6*8?");
    await text.press("Enter");
    await answer("48").waitFor();
    expect(await answer("42").count()).toBe(0);
    await answer("48", other).waitFor();
    await expect.poll(() => answer("42", other).count()).toBe(0);
    await settled();
    await messages().getByRole("group", { name: "Versions of this message" }).getByText("2 / 2").waitFor();
  });

  test("an edited message takes its files along, unless they are removed", async () => {
    await page.goto("/chat");
    const buffer = Buffer.from("The harbour master is called Petrel.");
    await page.locator("input[type=file]").setInputFiles({ name: "harbour.txt", mimeType: "text/plain", buffer });
    await ask("How much is 5*7?");
    await page.waitForURL(/\/chat\/conversation_/);
    await settled();
    const files = messages().getByRole("list", { name: "Attachments" });
    const edit = async (text: string, choose?: string) => {
      await messages().getByRole("button", { name: "Edit and send again" }).click();
      const form = page.getByRole("form", { name: "Edit the message" });
      if (choose) {
        await form.getByText("harbour.txt").waitFor();
        await lookAt(page, "chat-edit-files");
        await form.getByRole("button", { name: choose }).click();
        expect(await form.getByText("harbour.txt").count()).toBe(0);
      }
      await form.getByRole("textbox").fill(text);
      await form.getByRole("textbox").press("Enter");
    };
    await edit("How much is 5*8?");
    await answer("40").waitFor();
    await files.getByText("harbour.txt").waitFor();
    await settled();
    await page.reload();
    await files.getByText("harbour.txt").waitFor();
    await edit("How much is 5*9?", "Send without the file");
    await answer("45").waitFor();
    expect(await files.count()).toBe(0);
    await settled();
    const { data } = await ada.call("GET", `/v1/conversations/${idOf(page)}/messages`);
    expect(data[1]).toMatchObject({ content: "How much is 5*9?", parts: [] });
    await ada.call("DELETE", `/v1/conversations/${idOf(page)}`);
    await page.goto(`/chat/${talk}`);
    await answer("48").waitFor();
  });

  test("an answer is asked for again; versions are switched by keyboard, and the other window follows", async () => {
    await messages().getByRole("button", { name: "Answer again" }).click();
    const versions = messages().getByRole("group", { name: "Versions of this answer" });
    await versions.getByText("2 / 2").waitFor();
    await settled();
    await lookAt(page, "chat-versions");
    await messages(other).getByRole("group", { name: "Versions of this answer" }).getByText("2 / 2").waitFor();
    await versions.getByRole("button", { name: "Previous version" }).focus();
    await page.keyboard.press("ArrowLeft");
    await versions.getByText("1 / 2").waitFor();
    await messages(other).getByRole("group", { name: "Versions of this answer" }).getByText("1 / 2").waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    expect(await focused()).toBe("Previous version");
    await page.keyboard.press("ArrowRight");
    await versions.getByText("2 / 2").waitFor();
    await messages().getByRole("group", { name: "Versions of this message" }).getByRole("button", { name: "Previous version" }).click();
    await answer("42").waitFor();
    await answer("42", other).waitFor();
    await page.reload();
    await answer("42").waitFor();
    const { data } = await ada.call("GET", `/v1/conversations/${talk}/messages`);
    expect(data).toHaveLength(2);
  });

  test("search, pins and the archive keep the list in order", async () => {
    await begin("What time is it now?");
    await begin("How much is 18 percent of 2340?");
    await choose("Pin", "How much is 6*7?");
    await expect.poll(async () => (await rows())[0]).toContain("How much is 6*7?");
    await choose("Archive", "What time is it now?");
    await expect.poll(async () => (await rows()).length).toBe(2);
    const search = list().getByRole("searchbox", { name: "Search titles and messages" });
    await search.fill("perc 234");
    await expect.poll(rows).toEqual([expect.stringContaining("How much is 18 percent of 2340?")]);
    await lookAt(page, "chat-search");
    await search.fill("nowhere");
    await list().getByText("Nothing here holds these words.").waitFor();
    await search.fill("");
    await list().getByRole("combobox", { name: "Which conversations" }).selectOption("archived");
    await expect.poll(rows).toEqual([expect.stringContaining("What time is it now?")]);
    await choose("Restore", "What time is it now?");
    await list().getByText("What you archive is put away here").waitFor();
    await list().getByRole("combobox", { name: "Which conversations" }).selectOption("mine");
    await expect.poll(async () => (await rows()).length).toBe(3);
  });

  test("a conversation is taken along as a file", async () => {
    const [download] = await Promise.all([page.waitForEvent("download"), choose("Export as Markdown", "How much is 6*7?")]);
    expect(download.suggestedFilename()).toBe("how-much-is-6-7.md");
  });

  test("a shared one is read by a second person, live, with its owner's name, until it is shared no more", async () => {
    await page.goto(`/chat/${talk}`);
    await answer("42").waitFor();
    await page.getByRole("button", { name: "Actions for this conversation" }).click();
    await page.getByRole("menuitem", { name: "Share with the workspace" }).click();
    await page.getByText("Everybody in the workspace can read it now.").waitFor();
    const vera = await invite("vera@example.test");
    await vera.goto("/chat");
    await list(vera).getByRole("combobox", { name: "Which conversations" }).selectOption("shared");
    await list(vera)
      .getByRole("link", { name: /How much is 6\*7\?/ })
      .click();
    await answer("42", vera).waitFor();
    await vera.getByText("Ada shares this conversation with the workspace.").waitFor();
    expect(await vera.getByRole("textbox", { name: "Message" }).count()).toBe(0);
    expect(
      await messages(vera)
        .getByRole("button", { name: /Edit|again|version/ })
        .count(),
    ).toBe(0);
    await lookAt(vera, "chat-shared");
    await ask("How much is 9*9?");
    await answer("81", vera).waitFor();
    await settled();
    await page.getByRole("button", { name: "Actions for this conversation" }).click();
    await page.getByRole("menuitem", { name: "Stop sharing" }).click();
    await vera.getByText("This conversation could not be opened").waitFor();
    expect(await vera.getByText("81").count()).toBe(0);
  });

  /** A viewer of Ada's workspace. */
  async function invite(email: string): Promise<Page> {
    const { link } = await ada.call("POST", "/v1/invitations", { email, role: "viewer" });
    const member = await joinInstallation(installation.origin, email);
    const headers = { "content-type": "application/json", cookie: member.cookie, origin: installation.origin };
    const token = /token=([^&]+)/.exec(String(link))?.[1] ?? "";
    await fetch(`${installation.origin}/v1/invitations/accept`, { method: "POST", headers, body: JSON.stringify({ token }) });
    const { data } = (await (await fetch(`${installation.origin}/v1/workspaces`, { headers })).json()) as {
      data: { id: string; role: string }[];
    };
    const theirs = await openPage(member);
    const workspace = data.find(({ role }) => role === "viewer")?.id ?? "";
    await theirs.addInitScript((id) => localStorage.setItem("workspace", id), workspace);
    return theirs;
  }

  test("a temporary one is in no list, and leaving its page leaves nothing", async () => {
    await page.goto("/chat");
    await page.getByLabel("Temporary").check();
    await page.getByText("gone with its texts when you leave its page").waitFor();
    await ask("How much is 11*11?");
    await page.waitForURL(/\/chat\/conversation_/);
    await answer("121").waitFor();
    await settled();
    const id = idOf(page);
    await page.getByText("Temporary", { exact: true }).waitFor();
    await lookAt(page, "chat-temporary");
    expect((await rows()).join()).not.toMatch(/11\*11|Temporary/);
    const { data } = await ada.call("GET", `/v1/conversations/${id}/messages`);
    const { runId } = data[0];
    await page.getByRole("link", { name: "New chat" }).first().click();
    await expect.poll(() => ada.call("GET", `/v1/conversations/${id}`).catch((error) => String(error))).toMatch(/answered 404/);
    expect(await ada.run(runId)).toMatchObject({ output: null, inputs: {}, crewName: "Temporary conversation" });
    expect(await ada.events(runId)).toEqual([]);
    expect(JSON.stringify(await ada.call("GET", "/v1/runs"))).not.toContain(runId);
  });

  test("on a phone the choices are one line, which opens them by keyboard and by touch", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto("/chat");
    const opener = page.getByRole("button", { name: /^Whom to talk to, and how: / });
    await opener.waitFor();
    expect(await opener.innerText()).toMatch(/The model\s+Demo, not AI$/);
    const composer = page.locator("form", { has: page.getByRole("textbox", { name: "Message" }) });
    expect((await composer.boundingBox())?.height).toBeLessThan(110);
    expect(await page.getByRole("combobox", { name: "Talk to" }).count()).toBe(0);
    await opener.press("Enter");
    const sheet = page.getByRole("dialog", { name: "Whom to talk to, and how" });
    await sheet.getByRole("combobox", { name: "Talk to" }).selectOption("platform");
    await sheet.getByRole("checkbox", { name: "Temporary" }).check();
    await sheet.getByRole("combobox", { name: "Model" }).waitFor();
    await lookAt(page, "chat-phone-choices");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });
    expect(await opener.evaluate((button) => document.activeElement === button)).toBe(true);
    expect(await opener.innerText()).toMatch(/The platform\s+Temporary\s+Demo, not AI$/);
    await opener.click();
    await sheet.getByRole("combobox", { name: "Talk to" }).selectOption("model");
    await sheet.getByRole("button", { name: "Done" }).click();
    await ask("How much is 12*12?");
    await page.waitForURL(/\/chat\/conversation_/);
    await answer("144").waitFor();
    await settled();
    const { target, isTemporary } = await ada.call("GET", `/v1/conversations/${idOf(page)}`);
    expect({ target, isTemporary }).toEqual({ target: { kind: "model" }, isTemporary: true });
    expect((await composer.boundingBox())?.height).toBeLessThan(110);
    await lookAt(page, "chat-phone");
  });

  test("nothing went wrong on the way, and nobody else was asked for anything", () => {
    expect(complaints.strangers).toEqual([]);
    // Vera's page asks once more for what is shared no longer.
    expect(complaints.errors.filter((error) => !/status of 404/.test(error))).toEqual([]);
  });
});
