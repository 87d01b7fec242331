import { randomBytes } from "node:crypto";
import { codeOf, stepAt } from "@crew/auth/totp";
import { accountMailJob } from "@crew/core/mail/account-mail-job";
import { sendAccountMail } from "@crew/core/mail/send-account-mail";
import { jobHandler } from "@crew/platform/queue/boss-queue";
import { openTestApi, type TestAnswer, type TestApi } from "@crew/testing/open-test-api";
import { type CaughtMail, type MailCatcher, startMailCatcher } from "@crew/testing/start-mail-catcher";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ORIGIN = "http://localhost:3000";
const PASSWORD = "correct horse battery";
const NEW_PASSWORD = "lumbering otters sing";

let api: TestApi;
let catcher: MailCatcher;

beforeAll(async () => {
  catcher = await startMailCatcher();
  api = await openTestApi({ system: { config: { mail: { url: catcher.url, from: "crews@example.test" } } } });
  await api.system.work([jobHandler(accountMailJob, (mail) => sendAccountMail(api.system, mail))]);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await catcher[Symbol.asyncDispose]();
});

function post(path: string, body: unknown, cookie = ""): Promise<TestAnswer> {
  return api.call("POST", `/api/auth${path}`, { body, headers: { origin: ORIGIN, ...(cookie && { cookie }) } });
}

function cookieOf(answer: TestAnswer): string {
  const lines = [answer.headers["set-cookie"] ?? []].flat().map(String);
  return lines.find((line) => line.startsWith("crew_session="))?.split(";", 1)[0] ?? "";
}

let people = 0;
async function signUp() {
  const email = `person${++people}@example.test`;
  const cookie = cookieOf(await post("/sign-up/email", { name: "Ada", email, password: PASSWORD }));
  expect(cookie).not.toBe("");
  return { email, cookie };
}

function mailTo(email: string, subject: RegExp): Promise<CaughtMail> {
  return catcher.next(({ to, headers }) => to[0] === email && subject.test(headers.subject ?? ""));
}

function tokenIn(mail: CaughtMail): string {
  return /\/#token=([A-Za-z0-9_-]{43})$/m.exec(mail.text)?.[1] ?? "";
}

async function resetTokenFor(email: string): Promise<string> {
  const before = catcher.mails.length;
  expect((await post("/request-password-reset", { email })).status).toBe(200);
  const mail = await catcher.next(
    (one) => catcher.mails.indexOf(one) >= before && one.to[0] === email && /new password/i.test(one.headers.subject ?? ""),
  );
  return tokenIn(mail);
}

async function hashOf(email: string): Promise<string> {
  const { rows } = await api.system.pool.query("SELECT a.password FROM accounts a JOIN users u ON u.id = a.user_id WHERE u.email = $1", [
    email,
  ]);
  return rows[0]?.password;
}

async function auditActions(email: string): Promise<string[]> {
  const { rows } = await api.system.pool.query(
    "SELECT e.action FROM audit_events e JOIN users u ON e.actor->>'userId' = e.subject WHERE u.email = $1 AND e.action LIKE 'account.%' ORDER BY e.created_at",
    [email],
  );
  return rows.map(({ action }) => action);
}

const status = async (cookie: string) => (await api.call("GET", "/v1/me", { headers: { cookie } })).status;

describe("a forgotten password", () => {
  test("is replaced by a mailed link: once, all sessions end, and the person is told [ASVS 6.4.1, 7.4.3, 14.2.1]", async () => {
    const { email, cookie } = await signUp();
    const other = cookieOf(await post("/sign-in/email", { email, password: PASSWORD }));
    const token = await resetTokenFor(email);
    const { rows } = await api.system.pool.query(
      "SELECT expires_at - created_at = interval '15 minutes' AS is_short, token_hash FROM mailed_tokens WHERE purpose = 'password_reset'",
    );
    expect(rows[0].is_short).toBe(true);
    expect(rows[0].token_hash.toString("utf8")).not.toContain(token);
    const heard: unknown[] = [];
    const { json } = await api.call("GET", "/v1/me", { headers: { cookie } });
    await api.system.bus.subscribe(`actor:${json.userId}`, (message) => heard.push(message));
    expect((await post("/reset-password", { token, newPassword: NEW_PASSWORD })).status).toBe(200);
    expect([await status(cookie), await status(other)]).toEqual([401, 401]);
    await expect.poll(() => heard).toContainEqual({ type: "revoked" });
    expect((await post("/sign-in/email", { email, password: PASSWORD })).status).toBe(401);
    expect((await post("/sign-in/email", { email, password: NEW_PASSWORD })).status).toBe(200);
    expect((await mailTo(email, /password was changed/)).text).toContain("Sessions elsewhere have ended");
    expect((await api.system.pool.query("SELECT email_verified FROM users WHERE email = $1", [email])).rows[0].email_verified).toBe(true);
    expect(await auditActions(email)).toContain("account.password_reset");
  });

  test("of somebody with a second factor leaves that in place: the new one alone opens nothing [ASVS 6.4.3]", async () => {
    const { email, cookie } = await signUp();
    const { json } = await post("/two-factor/enable", { password: PASSWORD }, cookie);
    const bits = [...(new URL(json.totpUri).searchParams.get("secret") ?? "")]
      .map((character) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(character).toString(2).padStart(5, "0"))
      .join("");
    const seed = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
    expect((await post("/two-factor/verify-totp", { code: codeOf(seed, stepAt(api.system.now())) }, cookie)).status).toBe(200);
    const reset = await post("/reset-password", { token: await resetTokenFor(email), newPassword: NEW_PASSWORD });
    expect([reset.status, cookieOf(reset)]).toEqual([200, ""]);
    const signedIn = await post("/sign-in/email", { email, password: NEW_PASSWORD });
    expect([signedIn.json, cookieOf(signedIn)]).toEqual([{ twoFactorRequired: true }, ""]);
  });

  test("T-02 no made-up, empty, used, old or foreign token changes a password [ASVS 6.4.1, 6.6.2]", async () => {
    const { email } = await signUp();
    const stranger = await signUp();
    const used = await resetTokenFor(email);
    expect((await post("/reset-password", { token: used, newPassword: NEW_PASSWORD })).status).toBe(200);
    const over = await resetTokenFor(stranger.email);
    await api.system.pool.query("UPDATE mailed_tokens SET expires_at = now() - interval '1 second'");
    const verification = tokenIn(await mailTo(stranger.email, /Verify/));
    const [before, beforeStranger] = [await hashOf(email), await hashOf(stranger.email)];
    const odd: unknown[] = [
      null,
      "",
      [],
      {},
      0,
      false,
      true,
      1e9,
      " ",
      "null",
      "undefined",
      "0",
      "'",
      "' OR 1=1 --",
      [used],
      { $ne: null },
      { token: used },
    ];
    const shaped = [
      used,
      over,
      verification,
      used.slice(1),
      `${used}=`,
      `${used} `,
      used.toUpperCase(),
      randomBytes(32).toString("base64url"),
      randomBytes(32).toString("hex"),
      "A".repeat(43),
      "A".repeat(100_00),
    ];
    for (const token of [...odd, ...shaped]) {
      const answer = await post("/reset-password", { token, newPassword: "yet another long one" });
      expect([400, 401, 413], JSON.stringify(token)).toContain(answer.status);
    }
    for (const body of [{}, null, [], "token", 0, { newPassword: NEW_PASSWORD }])
      expect((await post("/reset-password", body)).status).toBe(400);
    expect([await hashOf(email), await hashOf(stranger.email)]).toEqual([before, beforeStranger]);
  });

  test("T-02 whose account it is never comes from a body [ASVS 8.2.2]", async () => {
    const { email, cookie } = await signUp();
    const stranger = await signUp();
    const { json } = await api.call("GET", "/v1/me", { headers: { cookie: stranger.cookie } });
    const before = await hashOf(stranger.email);
    const token = await resetTokenFor(email);
    const bodies: Record<string, object> = {
      "/request-password-reset": { email },
      "/reset-password": { token, newPassword: NEW_PASSWORD },
      "/verify-email": { token },
      "/change-password": { currentPassword: PASSWORD, newPassword: NEW_PASSWORD },
      "/change-email": { newEmail: "new@example.test", password: PASSWORD },
      "/delete-account": { password: PASSWORD },
      "/send-verification-email": {},
      "/revoke-sessions": {},
      "/revoke-other-sessions": {},
      "/sign-in/email": { email, password: PASSWORD },
    };
    for (const [path, body] of Object.entries(bodies))
      for (const name of ["userId", "user_id", "id", "email_verified", "__proto__x"])
        if (!(name in body)) expect((await post(path, { ...body, [name]: json.userId }, cookie)).status, `${path} ${name}`).toBe(400);
    expect(await hashOf(stranger.email)).toBe(before);
    expect(await status(stranger.cookie)).toBe(200);
    // An API key, likewise, is made for whoever asks.
    const key = await api.call("POST", "/v1/api-keys", {
      body: { name: "x", expiresAt: null, userId: json.userId },
      headers: { origin: ORIGIN, cookie },
    });
    expect(key.status).toBe(400);
    const anonymous = await api.call("POST", "/v1/api-keys", {
      body: { name: "x", expiresAt: null, userId: json.userId },
      headers: { origin: ORIGIN },
    });
    expect([400, 401]).toContain(anonymous.status);
  });

  test("T-02 of fifty who show the same token at once one changes the password [ASVS 15.4.2]", async () => {
    const { email } = await signUp();
    const token = await resetTokenFor(email);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => post("/reset-password", { token, newPassword: `lumbering otters sing ${i}` })),
    );
    const winners = answers.flatMap((answer, i) => (answer.status === 200 ? [i] : []));
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(49);
    expect((await post("/sign-in/email", { email, password: `lumbering otters sing ${winners[0]}` })).status).toBe(200);
  });

  test("T-02 asking answers byte for byte the same for known and unknown addresses, with the same work [ASVS 6.3.8]", async () => {
    const { email } = await signUp();
    const jobs = async () =>
      Number((await api.system.pool.query("SELECT count(*) FROM pgboss.job WHERE name = 'account-mail'")).rows[0].count);
    const work = async (address: string) => {
      const before = await jobs();
      const { status, text, headers } = await post("/request-password-reset", { email: address });
      const { date: _date, "x-request-id": _id, ratelimit: _left, ...rest } = headers;
      return { status, text, rest, jobs: (await jobs()) - before };
    };
    const known = await work(email);
    expect(await work("nobody@example.test")).toEqual(known);
    expect(known).toMatchObject({ status: 200, jobs: 1 });
    // Past the limit of mails too.
    for (let i = 0; i < 6; i++) expect((await post("/request-password-reset", { email })).text).toBe(known.text);
    const mails = catcher.mails.filter(({ to, headers }) => to[0] === email && /new password/.test(headers.subject ?? ""));
    expect(mails.length).toBeLessThanOrEqual(5);
  });

  test("T-11 no queue, log or table holds what a mail opens [ASVS 11.4.1]", async () => {
    const { email } = await signUp();
    const token = await resetTokenFor(email);
    const { rows } = await api.system.pool.query(
      "SELECT string_agg(j::text, ' ') AS jobs, (SELECT string_agg(t::text, ' ') FROM mailed_tokens t) AS tokens FROM pgboss.job j WHERE name = 'account-mail'",
    );
    for (const text of [rows[0].jobs, rows[0].tokens]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(Buffer.from(token, "base64url").toString("hex"));
    }
    expect(rows[0].jobs).not.toContain(email);
  });

  test("a weak new password is refused and leaves the link usable", async () => {
    const { email } = await signUp();
    const token = await resetTokenFor(email);
    for (const newPassword of ["short", "passwordpassword", `${email}!`])
      expect((await post("/reset-password", { token, newPassword })).status).toBe(400);
    expect((await post("/reset-password", { token, newPassword: NEW_PASSWORD })).status).toBe(200);
  });
});

describe("an address", () => {
  test("is verified by the link that signing up mails, once; the mail holds no word of a stranger's [ASVS 6.3.3]", async () => {
    const email = `person${++people}@example.test`;
    await post("/sign-up/email", { name: "Click https://evil.example now", email, password: PASSWORD });
    const mail = await mailTo(email, /Verify/);
    expect(mail.text).not.toContain("evil");
    expect(mail.text).toContain(ORIGIN);
    const token = tokenIn(mail);
    expect((await post("/verify-email", { token })).json).toEqual({ email, wasChanged: false });
    expect((await post("/verify-email", { token })).status).toBe(401);
    expect((await post("/reset-password", { token, newPassword: NEW_PASSWORD })).status).toBe(401);
  });

  test("changes once the new one has answered; both are told [ASVS 6.3.7]", async () => {
    const { email, cookie } = await signUp();
    const newEmail = `new-${email}`;
    expect((await post("/change-email", { newEmail, password: "not the password" }, cookie)).status).toBe(400);
    expect((await post("/change-email", { newEmail, password: PASSWORD })).status).toBe(401);
    expect((await post("/change-email", { newEmail, password: PASSWORD }, cookie)).status).toBe(200);
    await mailTo(email, /change of your e-mail address was asked/);
    const token = tokenIn(await mailTo(newEmail, /Confirm your new/));
    expect((await post("/sign-in/email", { email: newEmail, password: PASSWORD })).status).toBe(401);
    expect((await post("/verify-email", { token })).json).toEqual({ email: newEmail, wasChanged: true });
    await mailTo(email, /Your e-mail address was changed/);
    expect((await post("/sign-in/email", { email: newEmail, password: PASSWORD })).status).toBe(200);
    expect((await post("/sign-in/email", { email, password: PASSWORD })).status).toBe(401);
    expect(await auditActions(newEmail)).toEqual(expect.arrayContaining(["account.email_change_asked", "account.email_changed"]));
  });

  test("that somebody else has is refused only to whoever reads its mails", async () => {
    const { cookie } = await signUp();
    const taken = await signUp();
    expect((await post("/change-email", { newEmail: taken.email, password: PASSWORD }, cookie)).status).toBe(200);
    const token = tokenIn(await mailTo(taken.email, /Confirm your new/));
    expect((await post("/verify-email", { token })).status).toBe(409);
    expect((await post("/sign-in/email", { email: taken.email, password: PASSWORD })).status).toBe(200);
  });

  test("that was asked for and then replaced by another wish is not taken", async () => {
    const { email, cookie } = await signUp();
    await post("/change-email", { newEmail: `first-${email}`, password: PASSWORD }, cookie);
    const first = tokenIn(await mailTo(`first-${email}`, /Confirm your new/));
    await post("/change-email", { newEmail: `second-${email}`, password: PASSWORD }, cookie);
    await mailTo(`second-${email}`, /Confirm your new/);
    expect((await post("/verify-email", { token: first })).status).toBe(401);
  });

  test("a server that refuses for a while gets the mail later", async () => {
    catcher.refuse(451, 2);
    const { email } = await signUp();
    expect(tokenIn(await mailTo(email, /Verify/))).not.toBe("");
  });
});

describe("changing the password", () => {
  test("T-29 gives this session a new cookie, ends the others, and tells the person [ASVS 7.2.4] [ASVS 6.3.7, 6.2.2, 6.2.3]", async () => {
    const { email, cookie } = await signUp();
    const other = cookieOf(await post("/sign-in/email", { email, password: PASSWORD }));
    expect((await post("/change-password", { currentPassword: "not the password", newPassword: NEW_PASSWORD }, cookie)).status).toBe(400);
    expect((await post("/change-password", { currentPassword: PASSWORD, newPassword: "short" }, cookie)).status).toBe(400);
    const changed = await post("/change-password", { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, cookie);
    expect([changed.status, changed.json]).toEqual([200, { status: true }]);
    expect([await status(cookie), await status(other), await status(cookieOf(changed))]).toEqual([401, 401, 200]);
    await mailTo(email, /password was changed/);
    expect(await auditActions(email)).toContain("account.password_changed");
  });
});

describe("leaving", () => {
  test("takes the person and what only they were in, and needs the password", async () => {
    const { email, cookie } = await signUp();
    expect((await post("/delete-account", { password: "not the password" }, cookie)).status).toBe(400);
    expect((await post("/delete-account", { password: PASSWORD }, cookie)).status).toBe(200);
    expect(await status(cookie)).toBe(401);
    expect((await post("/sign-in/email", { email, password: PASSWORD })).status).toBe(401);
    expect((await api.system.pool.query("SELECT FROM users WHERE email = $1", [email])).rowCount).toBe(0);
  });

  test("is refused to the only owner of a workspace with others in it", async () => {
    const { email, cookie } = await signUp();
    const { json } = await api.call("GET", "/v1/me", { headers: { cookie } });
    const member = await api.person("builder", json.workspace.id);
    const refused = await post("/delete-account", { password: PASSWORD }, cookie);
    expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining("only owner")]);
    expect(await status(cookie)).toBe(200);
    await api.system.pool.query("UPDATE workspace_members SET role = 'owner' WHERE user_id = $1::uuid", [
      (await api.system.pool.query("SELECT user_id FROM workspace_members WHERE role = 'builder'")).rows[0].user_id,
    ]);
    expect((await post("/delete-account", { password: PASSWORD }, cookie)).status).toBe(200);
    expect((await api.call("GET", "/v1/me", { as: member })).status).toBe(200);
    expect((await api.system.pool.query("SELECT FROM audit_events WHERE action = 'account.deleted'")).rowCount).toBe(1);
    expect((await api.system.pool.query("SELECT FROM users WHERE email = $1", [email])).rowCount).toBe(0);
  });
});
