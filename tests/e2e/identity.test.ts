import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Composition, type Installation, startInstallation } from "@crew/testing/start-installation";
import { type MailCatcher, startMailCatcher } from "@crew/testing/start-mail-catcher";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mailedLink } from "./mailed-link.ts";
import { type Complaints, openBrowser, openWindow } from "./open-browser.ts";
import { enterPassword, shownCode, signUp } from "./person-at-console.ts";

const COMPOSITIONS: Composition[] = redisIsMissing ? ["embedded"] : ["embedded", "distributed"];
/** What a browser tells its console where a wrong try or an ended session is answered as it should be. */
const EXPECTED_ERROR = /status of 40[01] /;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

describe.each(COMPOSITIONS)("%s: who may do what, as people meet it", (composition) => {
  const stack = new AsyncDisposableStack();
  const complaints: Complaints = { strangers: [], errors: [] };
  const ada = { name: "Ada", email: "ada@example.test", password: "correct horse battery" };
  const grace = { name: "Grace", email: "grace@example.test", password: "seven small harbors" };
  let mail: MailCatcher;
  let installation: Installation;
  let page: Page;
  let gracePage: Page;
  let key = "";
  let recoveryCodes: string[] = [];

  async function openPage(): Promise<Page> {
    const window = await openWindow(browser, installation.origin, complaints);
    stack.defer(() => window.close());
    return window.newPage();
  }

  beforeAll(async () => {
    mail = stack.use(await startMailCatcher());
    const env = { CREW_SMTP_URL: mail.url, CREW_MAIL_FROM: "Crews <crews@example.test>" };
    installation = stack.use(await startInstallation(composition, { env }));
    page = await openPage();
    gracePage = await openPage();
  });
  afterAll(async () => {
    if (process.env.CREW_TEST_LOG) console.log(installation?.logs());
    await stack.disposeAsync();
  });

  test("signs up and confirms the address by the mailed link, which works once", async () => {
    await signUp(page, ada);
    const link = await mailedLink(mail, ada.email, "verify-email");
    await page.goto(link);
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("The address is confirmed.").waitFor();
    expect(page.url()).not.toContain("token");
    await page.goto("/settings");
    await page.getByText("confirmed", { exact: true }).waitFor();
    await page.goto(link);
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText(/used already, is too old/).waitFor();
  });

  test("chooses another name, which the page shows at once", async () => {
    await page.goto("/settings");
    await page.getByLabel("Name", { exact: true }).fill("Ada Lovelace");
    await page.getByRole("button", { name: "Change name" }).click();
    await page.getByRole("complementary").getByText("Ada Lovelace").first().waitFor();
  });

  test("T-01 sets up a second factor and signs in with it: a wrong code is refused, one that counted counts no more", async () => {
    await page.goto("/settings/security");
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByLabel("Your password").fill(ada.password);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("img", { name: /QR/ }).waitFor();
    key = await page.getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).innerText();
    const first = shownCode(key);
    await page.getByLabel("Code").fill(first);
    await page.getByRole("button", { name: "Turn on" }).click();
    const codes = page.getByText(/^([0-9a-z]{4}-){5}[0-9a-z]{4}\n/);
    await codes.waitFor();
    recoveryCodes = (await codes.innerText()).trim().split(/\s+/);
    expect(recoveryCodes).toHaveLength(10);
    await page.getByRole("button", { name: "I have copied" }).click();
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.waitForURL(/\/sign-in$/);
    await enterPassword(page, ada);
    await page.getByRole("heading", { name: "Second step" }).waitFor();
    for (const wrong of ["000000", first]) {
      await page.getByLabel("Code").fill(wrong);
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByText(/wrong, too old or was used already/).waitFor();
    }
    await page.getByLabel("Code").fill(shownCode(key, 1));
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("button", { name: "Run this crew" }).waitFor();
  });

  test("T-02 a password set anew by mail ends the other window, which says why; a recovery code lets in", async () => {
    const other = await openPage();
    await other.goto("/forgot-password");
    await other.getByLabel("E-mail").fill(ada.email);
    await other.getByRole("button", { name: "Send the link" }).click();
    const link = await mailedLink(mail, ada.email, "reset-password");
    await other.goto(link);
    ada.password = "battery staple harbor";
    await other.getByLabel("New password").fill(ada.password);
    await other.getByRole("button", { name: "Set the password" }).click();
    await other.getByText("Your new password is set").waitFor();
    await page.waitForURL(/\/sign-in\?ended/);
    await page.getByText("Your session here has ended").waitFor();
    await enterPassword(page, ada);
    await page.getByRole("button", { name: "Use a recovery code" }).click();
    await page.getByLabel("Recovery code").fill(recoveryCodes[0] ?? "");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("button", { name: "Run this crew" }).waitFor();
  });

  test("makes a role of its own and invites somebody with it, who joins by the mail", async () => {
    await page.goto("/settings/roles");
    await page.getByRole("button", { name: "New role" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Onlooker");
    for (const may of ["see crews", "see runs and their results"]) await dialog.getByLabel(may).check();
    await dialog.locator("button[type=submit]").click();
    await page.getByText("The role Onlooker is made").waitFor();
    await page.goto("/settings/members");
    await page.getByRole("button", { name: "Invite" }).click();
    await dialog.getByLabel("E-mail").fill(grace.email);
    await dialog.getByLabel("Role").selectOption({ label: "Onlooker" });
    await dialog.getByRole("button", { name: "Invite" }).click();
    await page.getByText(`${grace.email} is invited`).waitFor();
    await gracePage.goto(await mailedLink(mail, grace.email, "invitation"));
    await gracePage.getByRole("heading", { name: "Join Ada's workspace" }).waitFor();
    await gracePage.getByLabel("Name").fill(grace.name);
    await gracePage.getByLabel("Password").fill(grace.password);
    await gracePage.getByRole("button", { name: "Create account" }).click();
    await gracePage.getByText("Your role does not let you start runs").waitFor();
    await gracePage.goto("/chat");
    await gracePage.getByText(/Ask Ada Lovelace \(owner\)/).waitFor();
  });

  test("T-07 the new member runs the one crew that she was granted, until she is taken out, which her page says", async () => {
    await page.goto("/crews");
    await page.getByRole("link", { name: "Meeting to actions" }).click();
    await page.getByRole("button", { name: /^Access/ }).click();
    await page.getByRole("dialog").getByLabel("Member").selectOption({ label: "Grace (Onlooker)" });
    await page.getByRole("dialog").getByRole("button", { name: "Grant" }).click();
    await page.getByRole("dialog").getByText(grace.email).waitFor();
    await gracePage.goto(page.url());
    await gracePage.getByRole("button", { name: "Run this crew" }).click();
    await gracePage.waitForURL(/\/runs\/run_/);
    await gracePage.getByText("Succeeded", { exact: true }).first().waitFor();
    await page.goto("/settings/members");
    await page.getByRole("button", { name: "Remove Grace" }).click();
    await page.getByRole("button", { name: "Remove member" }).click();
    await gracePage.getByText("You are not in Ada's workspace any more").waitFor();
  });

  test("T-31 the audit log tells all of it, and its chain holds", async () => {
    await page.goto("/settings/audit");
    for (const event of ["member removed", "run started", "crew grant set", "invitation accepted", "role created", "account renamed"])
      await page.getByRole("table").getByText(event, { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Check the chain" }).click();
    await page.getByText(/^The chain holds: \d+ events were looked at/).waitFor();
  });

  test("T-11 an app is let in by a person's word, does what it was allowed, and is shut out when she takes it back", async () => {
    let callback = "";
    const app = createServer((request, response) => {
      // Browsers ask for an icon too.
      if (request.url?.startsWith("/cb")) callback = request.url;
      response.writeHead(200, { "content-type": "text/html" }).end("<title>App</title><h1>Connected</h1>");
    });
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    stack.defer(() => void app.close());
    const redirectUri = `http://127.0.0.1:${(app.address() as AddressInfo).port}/cb`;
    await page.goto("/settings/oauth-apps");
    await page.getByRole("button", { name: "New app" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Tide desk");
    await page.getByRole("dialog").getByLabel("Kind").selectOption({ index: 1 });
    await page.getByRole("dialog").getByLabel("Redirect addresses").fill(redirectUri);
    await page.getByRole("dialog").getByRole("button", { name: "Register" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    const { data } = (await (await page.request.get("/v1/oauth-clients")).json()) as { data: { id: string }[] };
    const clientId = data[0]?.id ?? "";
    const verifier = randomBytes(32).toString("base64url");
    const query = {
      client_id: clientId,
      response_type: "code",
      redirect_uri: redirectUri,
      scope: "crews:read runs:read",
      state: "a-state",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    };
    await page.goto(`/oauth/authorize?${new URLSearchParams(query)}`);
    await page.getByText("see crews").waitFor();
    await page.getByLabel("see runs and their results").uncheck();
    await page.getByRole("button", { name: "Allow" }).click();
    await page.getByRole("heading", { name: "Connected" }).waitFor();
    const answer = new URL(callback, redirectUri).searchParams;
    expect(answer.get("state")).toBe("a-state");
    const code = { grant_type: "authorization_code", code: answer.get("code") ?? "", redirect_uri: redirectUri, client_id: clientId };
    const body = new URLSearchParams({ ...code, code_verifier: verifier });
    const tokens = (await (await fetch(`${installation.origin}/oauth/token`, { method: "POST", body })).json()) as { access_token: string };
    const read = async (path: string) =>
      (await fetch(installation.origin + path, { headers: { authorization: `Bearer ${tokens.access_token}` } })).status;
    expect([await read("/v1/crews"), await read("/v1/runs")]).toEqual([200, 403]);
    await page.goto("/settings/connected-apps");
    await page.getByRole("button", { name: "Disconnect Tide desk" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
    await page.getByText("No app acts for you").waitFor();
    await expect.poll(() => read("/v1/crews")).toBe(401);
    complaints.strangers = complaints.strangers.filter((url) => !url.startsWith(new URL(redirectUri).origin));
  });

  test("nothing was asked of a stranger, and no page complained", () => {
    expect(complaints.strangers).toEqual([]);
    expect(complaints.errors.filter((error) => !EXPECTED_ERROR.test(error))).toEqual([]);
  });
});
