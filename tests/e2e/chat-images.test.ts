import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import type { Member } from "@crew/testing/join-installation";
import { PNG_BASE64 } from "@crew/testing/sample-image";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookAt } from "./look-at.ts";
import type { Complaints } from "./open-browser.ts";
import { openConsole } from "./open-console.ts";

/** Pictures in a chat, from the composer to the model and back. */

const PNG = Buffer.from(PNG_BASE64, "base64");
const file = (name: string, buffer = PNG) => ({ name, mimeType: "image/png", buffer });

describe("pictures in a chat", () => {
  const stack = new AsyncDisposableStack();
  let complaints: Complaints;
  let fake: FakeProvider;
  let ada: Member;
  let page: Page;

  beforeAll(async () => {
    fake = stack.use(await startFakeProvider());
    const opened = stack.use(await openConsole({ fake }));
    ({ ada, complaints } = opened);
    page = await opened.openPage(ada);
    fake.setScript({ defaults: { text: "A red point." } });
    const { id } = await ada.call("POST", "/v1/conversations", { title: "Points", model: "ollama/fake-model" });
    await page.goto(`/chat/${id}`);
  });
  afterAll(() => stack.disposeAsync());

  const attached = () => page.getByRole("list", { name: "Attachments" }).getByRole("listitem");
  const picker = () => page.locator('input[type="file"]');
  const natural = (name: string) => page.getByRole("img", { name }).evaluate((image) => (image as HTMLImageElement).naturalWidth);

  test("what is no picture or too large is named, and nothing else is lost", async () => {
    await picker().setInputFiles([
      file("fake.png", Buffer.from("no picture")),
      file("huge.png", Buffer.alloc(3 * 1024 * 1024 + 1)),
      file("point.png"),
    ]);
    await page.getByText("fake.png is no PNG, JPEG, WebP or GIF. huge.png is too large: a picture may have 3 MiB.").waitFor();
    expect(await attached().allInnerTexts()).toEqual(["point.png"]);
    await page.getByRole("button", { name: "Remove point.png" }).click();
    await attached().first().waitFor({ state: "detached" });
  });

  test("it comes by the button, by paste and by drop", async () => {
    await picker().setInputFiles([file("point.png")]);
    for (const kind of ["paste", "drop"]) {
      await page.getByLabel("Message", { exact: true }).evaluate(
        (field, { kind, base64 }) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], `${kind}.png`, { type: "image/png" }));
          const init = { bubbles: true, cancelable: true };
          const event =
            kind === "paste"
              ? new ClipboardEvent("paste", { ...init, clipboardData: data })
              : new DragEvent("drop", { ...init, dataTransfer: data });
          field.dispatchEvent(event);
        },
        { kind, base64: PNG_BASE64 },
      );
      await page.getByRole("button", { name: `Remove ${kind}.png` }).waitFor();
    }
    await lookAt(page, "chat-images-composer");
    for (const name of ["paste.png", "drop.png"]) await page.getByRole("button", { name: `Remove ${name}` }).click();
    expect(await attached().allInnerTexts()).toEqual(["point.png"]);
  });

  test("the model is sent it, and the message shows it from our own route, also after a reload", async () => {
    await page.getByLabel("Message", { exact: true }).fill("What is this?");
    await page.getByLabel("Message", { exact: true }).press("Enter");
    await page.getByText("A red point.").waitFor();
    expect(fake.journal.map(({ images }) => images)).toMatchObject([[{ type: "image/png", bytes: PNG.length }]]);
    expect(await attached().count()).toBe(0);
    await page.reload();
    await page.getByRole("img", { name: "point.png" }).waitFor();
    expect(await page.getByRole("img", { name: "point.png" }).getAttribute("src")).toMatch(/^\/v1\/conversations\/\w+\/images\/image_\w+$/);
    await expect.poll(() => natural("point.png")).toBe(1);
    await lookAt(page, "chat-images-message");
  });

  test("nothing was fetched from elsewhere and nothing was complained about", () => {
    expect(complaints).toEqual({ strangers: [], errors: [] });
  });
});
