import { randomBytes } from "node:crypto";
import { joinInstallation, type Member } from "@crew/testing/join-installation";
import { openTestDatabase } from "@crew/testing/open-test-database";
import { spawnProcess } from "@crew/testing/spawn-process";
import { startInstallation } from "@crew/testing/start-installation";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import pg from "pg";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookAt } from "./look-at.ts";
import { type Complaints, openBrowser, openWindow } from "./open-browser.ts";
import { openConsole } from "./open-console.ts";

/** What an operator sees of backups and does with them, and what everybody else is told. */

describe("where nothing is set up, and for who is no operator", () => {
  const stack = new AsyncDisposableStack();
  let opened: Awaited<ReturnType<typeof openConsole>>;
  beforeAll(async () => {
    opened = stack.use(await openConsole());
  });
  afterAll(() => stack.disposeAsync());

  test("the owner of the installation is told what to set; nothing can be asked for yet", async () => {
    const page = await opened.openPage();
    await page.goto(opened.installation.link);
    await page.getByRole("button", { name: "Run this crew" }).waitFor();
    await page.goto("/settings");
    await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Backups" }).click();
    await page.getByText("Not set up").waitFor();
    await page.getByText("CREW_BACKUP_DIR=").waitFor();
    await page.getByText("No backup yet").waitFor();
    expect(await page.getByRole("button", { name: "Back up now" }).count()).toBe(0);
    await lookAt(page, "backups-unset");
  });

  test("who signed up later is not shown the page, and is told why by its address", async () => {
    const page = await opened.openPage(opened.ada);
    await page.goto("/settings/backups");
    await page.getByText("“Backups” is for the operators of this installation.").waitFor();
    expect(await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Backups" }).count()).toBe(0);
    await lookAt(page, "backups-not-allowed");
    expect((await fetch(`${opened.installation.origin}/v1/backups`, { headers: { cookie: opened.ada.cookie } })).status).toBe(403);
    expect(opened.complaints.strangers).toEqual([]);
  });
});

describe.skipIf(redisIsMissing)("where a process makes backups", () => {
  const stack = new AsyncDisposableStack();
  const complaints: Complaints = { strangers: [], errors: [] };
  let database: pg.Client;
  let window: BrowserContext;
  let page: Page;
  let ada: Member;

  beforeAll(async () => {
    const folder = stack.use(temporaryDataDir());
    const { databaseUrl } = stack.use(await openTestDatabase());
    const env = { CREW_AUTH_SECRET: randomBytes(32).toString("base64"), CREW_MASTER_KEY: randomBytes(32).toString("base64") };
    const browser = await openBrowser();
    stack.defer(() => browser.close());
    const installation = stack.use(await startInstallation("distributed", { databaseUrl, env }));
    // The first person of an installation operates it.
    ada = await joinInstallation(installation.origin);
    const own = {
      DATABASE_URL: databaseUrl,
      REDIS_URL: installation.redis?.url ?? "",
      CREW_PUBLIC_URL: installation.origin,
      CREW_BACKUP_DIR: folder.path,
    };
    const maker = spawnProcess("packages/platform/src/backups/backup-main.ts", { env: { ...env, ...own }, scriptArgs: ["serve"] });
    stack.defer(async () => void (await maker.stop()));
    database = new pg.Client({ connectionString: databaseUrl });
    await database.connect();
    stack.defer(() => database.end());
    window = await openWindow(browser, installation.origin, complaints);
    const [name = "", value = ""] = ada.cookie.split("=", 2);
    await window.addCookies([{ name, value, url: installation.origin }]);
    page = await window.newPage();
    page.setDefaultTimeout(90_000);
  });
  afterAll(() => stack.disposeAsync());

  const rows = () => page.getByRole("table", { name: "Backups" }).getByRole("row");

  test("the first is made by itself; another is asked for, is seen to be made, and is verified", async () => {
    await expect
      .poll(async () => (await database.query("SELECT FROM backups WHERE state = 'complete'")).rowCount, { timeout: 90_000 })
      .toBe(1);
    await page.goto("/settings/backups");
    await page.getByText("On time").waitFor();
    await page.getByRole("button", { name: "Back up now" }).click();
    await page.getByText("A backup is on its way").waitFor();
    await rows().nth(2).waitFor();
    await page.getByText("Under way").waitFor({ state: "detached" });
    expect(await rows().getByText("Complete").count()).toBe(2);
    await rows()
      .nth(1)
      .getByRole("button", { name: /^Verify the backup/ })
      .click();
    await rows().nth(1).getByText("Being verified").waitFor();
    await rows().nth(1).getByText("Verified", { exact: true }).waitFor();
    await lookAt(page, "backups");
    await rows().nth(1).getByRole("button").first().click();
    const drawer = page.getByRole("dialog", { name: /^Backup of/ });
    await drawer.getByText("what was committed by").waitFor();
    await lookAt(page, "backups-drawer");
    await page.keyboard.press("Escape");
  });

  test("one that failed says why, in the list and beside its name", async () => {
    await database.query(
      `INSERT INTO backups (id, kind, state, started_at, taken_at, ended_at, place, name, problem)
       VALUES (time_ordered_uuid(), 'logical', 'failed', now(), now(), now(), 'folder', 'crew-x.crewbackup', 'ENOSPC: no space left on device')`,
    );
    await page.getByRole("button", { name: "Look again" }).click();
    await rows().getByText("Failed").waitFor();
    await rows().nth(1).getByText("no space left on device").waitFor();
    await rows().nth(1).getByRole("button").first().click();
    await page.getByRole("dialog").getByRole("heading", { name: "It failed" }).waitFor();
    await page.keyboard.press("Escape");
  });

  test("where the server's own files are archived, it is seen how old the newest base is, and what went wrong", async () => {
    // The server of these tests archives nothing: tests/recovered-system.test.ts has where this comes from.
    const problem = `20261130T020000Z is damaged: pg_verifybackup: error: checksum mismatch for file "${"base/16384/".repeat(12)}2619"`;
    const physical = {
      lastBaseAt: new Date().toISOString(),
      lastArchivedAt: null,
      isLate: false,
      problem,
      failedWal: "00000001000000000000002A",
    };
    const status = /\/v1\/backups\/status$/;
    await page.route(status, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), physical } });
    });
    await page.reload();
    const part = page.getByRole("region", { name: "The server's own files" });
    await part.getByText("Something failed").waitFor();
    await part.getByText("20261130T020000Z is damaged").waitFor();
    await part.getByText("00000001000000000000002A").waitFor();
    await lookAt(page, "backups-physical");
    await page.unroute(status);
    await page.reload();
    await page.getByText("On time").waitFor();
    expect(await part.count()).toBe(0);
  });

  test("what a restored installation holds back is let go after a question, and not before", async () => {
    await database.query(
      "INSERT INTO restores (restored_at, backup_id, snapshot_at) VALUES (now(), gen_random_uuid(), now() - interval '2 hours')",
    );
    await page.reload();
    const note = page.getByRole("region", { name: "Restored from a backup" });
    await note.getByText("This installation was restored from a backup.").waitFor();
    await note.getByRole("button", { name: "Release" }).click();
    const question = page.getByRole("dialog", { name: "Release what is held?" });
    await lookAt(page, "backups-release");
    await question.getByRole("button", { name: "Hold on to it" }).click();
    expect((await database.query("SELECT FROM restores WHERE released_at IS NOT NULL")).rowCount).toBe(0);
    await note.getByRole("button", { name: "Release" }).click();
    await question.getByLabel("Give up what may have been sent before").check();
    await question.getByRole("button", { name: "Release" }).click();
    await page.getByText("Webhooks are told again what happens").waitFor();
    await note.waitFor({ state: "detached" });
    await page.getByText(/and released/).waitFor();
    expect((await database.query("SELECT FROM restores WHERE released_at IS NOT NULL")).rowCount).toBe(1);
    expect(complaints).toEqual({ strangers: [], errors: [] });
  });
});
