import { joinInstallation, type Member } from "@crew/testing/join-installation";
import { type Installation, type InstallationOptions, startInstallation } from "@crew/testing/start-installation";
import type { Page } from "playwright-core";
import { type Complaints, openBrowser, openWindow } from "./open-browser.ts";

/** An embedded installation of its own, in which Ada has an account, and a browser whose every page is watched. */
export interface OpenConsole extends AsyncDisposable {
  installation: Installation;
  ada: Member;
  complaints: Complaints;
  /** A page in a window of its own, where a member is signed in; without one, a stranger's. */
  openPage(member?: Member): Promise<Page>;
}

export async function openConsole({ email, ...options }: InstallationOptions & { email?: string } = {}): Promise<OpenConsole> {
  await using stack = new AsyncDisposableStack();
  const [browser, installation] = await Promise.all([openBrowser(), startInstallation("embedded", options)]);
  stack.use(installation);
  stack.defer(() => browser.close());
  const ada = await joinInstallation(installation.origin, email);
  const complaints: Complaints = { strangers: [], errors: [] };
  const disposable = stack.move();
  return {
    installation,
    ada,
    complaints,
    async openPage(member) {
      const window = await openWindow(browser, installation.origin, complaints);
      const [name = "", value = ""] = member?.cookie.split("=", 2) ?? [];
      if (member) await window.addCookies([{ name, value, url: installation.origin }]);
      const page = await window.newPage();
      return page;
    },
    [Symbol.asyncDispose]: () => disposable.disposeAsync(),
  };
}
