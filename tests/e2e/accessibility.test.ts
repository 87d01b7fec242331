import { type Installation, startInstallation } from "@crew/testing/start-installation";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser, openWindow } from "./open-browser.ts";
import { violationsOf } from "./violations-of.ts";

/** Every page at two widths in both themes, looked through by axe-core: WCAG 2.2 A and AA. */

const LOOKS = [
  { width: 1440, height: 900, colorScheme: "light" },
  { width: 390, height: 844, colorScheme: "dark" },
] as const;

const SETTINGS = [
  "security",
  "api-keys",
  "connected-apps",
  "appearance",
  "workspace",
  "members",
  "roles",
  "models",
  "secrets",
  "mcp-servers",
  "memories",
  "security-events",
  "webhooks",
  "oauth-apps",
  "egress",
  "audit",
  "backups",
];

describe("accessibility", () => {
  const stack = new AsyncDisposableStack();
  let browser: Browser;
  let installation: Installation;
  let window: BrowserContext;
  let page: Page;
  const places = ["/", "/crews", "/runs", "/chat", "/tools", "/nowhere"];
  places.push("/sign-in", "/sign-up", "/forgot-password", "/reset-password", "/verify-email", "/invitation", "/oauth/consent");
  places.push("/settings", ...SETTINGS.map((section) => `/settings/${section}`));

  beforeAll(async () => {
    browser = await openBrowser();
    stack.defer(() => browser.close());
    installation = stack.use(await startInstallation("embedded"));
    window = await openWindow(browser, installation.origin, { strangers: [], errors: [] });
    page = await window.newPage();
    await page.goto(installation.link ?? "/");
    await page.getByRole("button", { name: "Run this crew" }).click();
    await page.waitForURL(/\/runs\/run_/);
    await page.getByText("Succeeded").first().waitFor();
    places.push(new URL(page.url()).pathname);
    const crews = (await (await window.request.get("/v1/crews")).json()) as { data: { id: string }[] };
    places.push(`/crews/${crews.data[0]?.id}`);
  });
  afterAll(() => stack.disposeAsync());

  test.each(LOOKS)("axe finds nothing at $width px, $colorScheme", async ({ width, height, colorScheme }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const found: Record<string, string[]> = {};
    for (const place of places) {
      await page.goto(place);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      await page.waitForLoadState("networkidle");
      const violations = await violationsOf(page);
      if (violations.length > 0) found[place] = violations;
    }
    expect(found).toEqual({});
  });
});
