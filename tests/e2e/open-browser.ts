import { spawnSync } from "node:child_process";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"];

export async function openBrowser(): Promise<Browser> {
  const executablePath = PROGRAMS.map((name) => spawnSync("which", [name], { encoding: "utf8" }).stdout.trim()).find(Boolean);
  if (!executablePath) throw new Error(`none of ${PROGRAMS.join(", ")} is on the PATH`);
  return chromium.launch({ executablePath, args: FLAGS });
}

/** What happened in a browser that should not have. */
export interface Complaints {
  /** Requests to any other origin than the installation's. */
  strangers: string[];
  /** Errors on the console, uncaught ones, and breaches of the content security policy. */
  errors: string[];
}

/** What a browser notes by itself while a service that a test has killed is away. */
export const NOTED_OF_A_KILL =
  /ERR_(CONNECTION_REFUSED|CONNECTION_RESET|CONNECTION_CLOSED|EMPTY_RESPONSE|INCOMPLETE_CHUNKED)|WebSocket connection|Failed to fetch|status of 50[23]|response code: 502/;

/** A minute for whatever is waited for: far more than it takes, and what never comes fails all the same. */
const PATIENCE_MS = 60_000;

/** A window of its own cookies whose every page is watched. */
export async function openWindow(browser: Browser, origin: string, complaints: Complaints): Promise<BrowserContext> {
  const window = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: origin });
  window.setDefaultTimeout(PATIENCE_MS);
  await window.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
  });
  window.on("page", (page) => watch(page, origin, complaints));
  return window;
}

function watch(page: Page, origin: string, complaints: Complaints): void {
  const ours = [origin, origin.replace("http", "ws")];
  const check = (url: string) => {
    if (/^https?:|^wss?:/.test(url) && !ours.includes(new URL(url).origin)) complaints.strangers.push(url);
  };
  page.on("request", (request) => check(request.url()));
  page.on("websocket", (socket) => check(socket.url()));
  page.on("pageerror", (error) => void complaints.errors.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.errors.push(`${message.text()} (${message.location().url})`);
  });
}
