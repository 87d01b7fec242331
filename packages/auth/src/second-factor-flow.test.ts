import { uuidFromTypeId } from "@crew/contracts/ids";
import { AppError } from "@crew/core/app-error";
import { openSystem } from "@crew/platform/open-system";
import type { TestAnswer } from "@crew/testing/open-test-api";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth } from "./auth-system.ts";
import { identifyRequest } from "./identify-request.ts";
import { openAuth } from "./open-auth.ts";
import { newRecoveryCodes, recoveryCodeHash } from "./recovery-codes.ts";
import { codeOf, stepAt } from "./totp.ts";

const ORIGIN = "http://localhost:3000";
const PASSWORD = "correct horse battery";
const MINUTE = 60_000;
/** Of each race; more when asked for. */
const ROUNDS = Number(process.env.CREW_TEST_ROUNDS ?? 10);

let system: TestSystem;
let auth: Auth;
/** The server's clock, which stands in the middle of a step but for what the tests move it on by. */
const start = Math.floor(Date.now() / 30_000) * 30_000 + 15_000;
let shiftMs = 0;
const now = () => new Date(start + shiftMs);

beforeAll(async () => {
  system = { ...(await openTestSystem()), now };
  auth = openAuth(system);
});
afterAll(() => system[Symbol.asyncDispose]());

interface Answer {
  code: string;
  json: TestAnswer["json"];
  cookies: string[];
}

let addresses = 0;
/** From an address of its own each time, so that the guesses of one network are not what refuses. */
async function call(path: string, body: object, cookie = "", on = auth): Promise<Answer> {
  const headers = new Headers({ host: "localhost:3000", origin: ORIGIN, "content-type": "application/json", cookie });
  const request = new Request(`${ORIGIN}/api/auth${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  addresses++;
  const client = { address: `198.51.${addresses >> 8}.${addresses & 255}`, userAgent: null };
  try {
    const response = await on.handle(request, client);
    const cookies = response.headers.getSetCookie();
    return { code: String(response.status), json: await response.json(), cookies: cookies.map((line) => line.split(";", 1)[0] ?? "") };
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, json: error.detail, cookies: [] };
    throw error;
  }
}

const sessionIn = (answer: Answer) => answer.cookies.find((cookie) => cookie.startsWith("crew_session=")) ?? "";
const pendingIn = (answer: Answer) => answer.cookies.find((cookie) => cookie.startsWith("crew_pending=")) ?? "";
const isSignedIn = async (cookie: string) => (await identifyRequest(system, auth, { cookie })) !== undefined;

let people = 0;
async function signUp() {
  const email = `two${++people}@example.test`;
  const cookie = sessionIn(await call("/sign-up/email", { name: "Ada", email, password: PASSWORD }));
  const userId = (await identifyRequest(system, auth, { cookie }))?.userId ?? "";
  return { email, cookie, userId };
}

function decode32(text: string): Buffer {
  const bits = [...text].map((character) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(character).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

async function begin(cookie: string) {
  const { json } = await call("/two-factor/enable", { password: PASSWORD }, cookie);
  const secret = new URL(json.totpUri).searchParams.get("secret") ?? "";
  const seed = decode32(secret);
  return { secret, seed, recoveryCodes: json.recoveryCodes as string[], code: (steps = 0) => codeOf(seed, stepAt(now()) + steps) };
}

/** Somebody with a second factor; the code that enabled it lies some steps back. */
async function enrolled() {
  const person = await signUp();
  const factor = await begin(person.cookie);
  const cookie = sessionIn(await call("/two-factor/verify-totp", { code: factor.code() }, person.cookie));
  shiftMs += 2 * MINUTE;
  const pending = async () =>
    (await auth.passFirstFactor(person.userId, { address: null, userAgent: null })).setCookie.split(";", 1)[0] ?? "";
  return { ...person, ...factor, cookie, pending, signIn: () => call("/sign-in/email", { email: person.email, password: PASSWORD }) };
}

const countOf = async (action: string, userId: string) =>
  (await system.pool.query("SELECT FROM audit_events WHERE action = $1 AND subject = $2", [action, userId])).rowCount;

describe("setting up", () => {
  test("needs the password, and counts from the first right code on, which starts a new session [ASVS 6.5.3, 6.5.4, 7.4.3, 7.5.1]", async () => {
    const { email, cookie, userId } = await signUp();
    const other = sessionIn(await call("/sign-in/email", { email, password: PASSWORD }));
    expect((await call("/two-factor/enable", { password: "not the password" }, cookie)).code).toBe("invalid");
    expect((await call("/two-factor/enable", { password: PASSWORD })).code).toBe("unauthenticated");
    const { code, recoveryCodes } = await begin(cookie);
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(recoveryCodes[0]).toMatch(/^(?:[0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}$/);
    expect(sessionIn(await call("/sign-in/email", { email, password: PASSWORD }))).not.toBe("");
    expect((await call("/two-factor/verify-totp", { code: "000000" }, cookie)).code).toBe("invalid");
    const verified = await call("/two-factor/verify-totp", { code: code() }, cookie);
    expect(verified).toMatchObject({ code: "200", json: { enabled: true, signedIn: false } });
    expect([await isSignedIn(cookie), await isSignedIn(other), await isSignedIn(sessionIn(verified))]).toEqual([false, false, true]);
    expect((await call("/two-factor/enable", { password: PASSWORD }, sessionIn(verified))).code).toBe("conflict");
    expect(await countOf("second_factor.enabled", userId)).toBe(1);
  });

  test("T-26 of several that are begun at once the last counts, with its own recovery codes", async () => {
    const { cookie, userId } = await signUp();
    const begun = await Promise.all(Array.from({ length: 8 }, () => begin(cookie)));
    const answers = [];
    for (const { code } of begun) {
      answers.push(await call("/two-factor/verify-totp", { code: code() }, cookie));
      await system.pool.query("UPDATE second_factors SET tries = 0, locked_until = NULL");
    }
    expect(answers.map(({ code }) => code).filter((code) => code === "200")).toHaveLength(1);
    const counted = begun[answers.findIndex(({ code }) => code === "200")];
    const pending = (await auth.passFirstFactor(userId, { address: null, userAgent: null })).setCookie.split(";", 1)[0];
    expect((await call("/two-factor/verify-recovery-code", { code: counted?.recoveryCodes[3] }, pending)).code).toBe("200");
  });

  test("T-26 a first code that is shown 50 times at once enables it once, round after round", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { cookie, userId } = await signUp();
      const { code } = await begin(cookie);
      const answers = await Promise.all(Array.from({ length: 50 }, () => call("/two-factor/verify-totp", { code: code() }, cookie)));
      expect(
        answers.filter((answer) => answer.code === "200"),
        `round ${round}`,
      ).toHaveLength(1);
      expect(await countOf("second_factor.enabled", userId)).toBe(1);
    }
  }, 600_000);
});

describe("signing in", () => {
  test("T-01 the password alone gives no session, but a cookie that only the second factor takes [ASVS 6.3.3, 6.3.4, 2.3.1]", async () => {
    const { signIn, code } = await enrolled();
    const first = await signIn();
    expect(first).toMatchObject({ code: "200", json: { twoFactorRequired: true } });
    expect(first.cookies).toHaveLength(1);
    expect(await isSignedIn(pendingIn(first))).toBe(false);
    expect(await isSignedIn(pendingIn(first).replace("crew_pending", "crew_session"))).toBe(false);
    const second = await call("/two-factor/verify-totp", { code: code() }, pendingIn(first));
    expect(second).toMatchObject({ code: "200", json: { enabled: true, signedIn: true } });
    expect(await isSignedIn(sessionIn(second))).toBe(true);
    expect((await call("/two-factor/verify-totp", { code: code(1) }, pendingIn(first))).code).toBe("unauthenticated");
  });

  test("T-01 a sign-in waits for five minutes", async () => {
    const { signIn, code } = await enrolled();
    const pending = pendingIn(await signIn());
    shiftMs += 5 * MINUTE + 1_000;
    expect((await call("/two-factor/verify-totp", { code: code() }, pending)).code).toBe("unauthenticated");
    expect((await call("/two-factor/verify-recovery-code", { code: "0000-0000" }, pending)).code).toBe("unauthenticated");
  });

  test("T-01 of 20 who show one code at once, in 20 sign-ins, one gets in [ASVS 6.5.1]", async () => {
    const { pending, code, userId } = await enrolled();
    const cookies = await Promise.all(Array.from({ length: 20 }, pending));
    const answers = await Promise.all(cookies.map((cookie) => call("/two-factor/verify-totp", { code: code() }, cookie)));
    expect(answers.filter((answer) => sessionIn(answer) !== "")).toHaveLength(1);
    const { rowCount } = await system.pool.query("SELECT FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = $1", [
      `two${people}@example.test`,
    ]);
    // One from setting it up, one now.
    expect([rowCount, userId !== ""]).toEqual([2, true]);
  });

  test("T-01 a code that was accepted is refused in the next sign-in, and so is an older one [ASVS 6.5.1]", async () => {
    const { pending, code } = await enrolled();
    const shown = code();
    expect((await call("/two-factor/verify-totp", { code: shown }, await pending())).code).toBe("200");
    expect((await call("/two-factor/verify-totp", { code: shown }, await pending())).code).toBe("invalid");
    expect((await call("/two-factor/verify-totp", { code: code(-1) }, await pending())).code).toBe("invalid");
    expect((await call("/two-factor/verify-totp", { code: code(1) }, await pending())).code).toBe("200");
  });

  test("T-01 a code of the step before or after counts, one of two steps away does not [ASVS 6.5.8]", async () => {
    for (const [steps, expected] of [
      [-2, "invalid"],
      [-1, "200"],
      [1, "200"],
      [2, "invalid"],
    ] as const) {
      const { pending, code } = await enrolled();
      expect((await call("/two-factor/verify-totp", { code: code(steps) }, await pending())).code, String(steps)).toBe(expected);
    }
  });

  test("T-01 a recovery code works once, however it is typed [ASVS 6.5.1]", async () => {
    const { pending, recoveryCodes, userId } = await enrolled();
    const [one = "", two = ""] = recoveryCodes;
    expect(sessionIn(await call("/two-factor/verify-recovery-code", { code: one }, await pending()))).not.toBe("");
    expect((await call("/two-factor/verify-recovery-code", { code: one }, await pending())).code).toBe("invalid");
    const typed = ` ${two.toUpperCase().replaceAll("-", " ")}`;
    expect((await call("/two-factor/verify-recovery-code", { code: typed }, await pending())).code).toBe("200");
    expect((await call("/two-factor/verify-recovery-code", { code: two }, "")).code).toBe("unauthenticated");
    expect(await countOf("second_factor.recovery_used", userId)).toBe(2);
  });

  test("T-26 a recovery code shown 50 times at once lets one in, round after round [ASVS 2.3.4]", async () => {
    const { pending, userId } = await enrolled();
    for (let round = 0; round < ROUNDS; round++) {
      const codes = newRecoveryCodes();
      const values = [codes.map(recoveryCodeHash), uuidFromTypeId(userId)];
      await system.pool.query(
        "UPDATE second_factors SET recovery_code_hashes = $1, tries = 0, locked_until = NULL WHERE user_id = $2",
        values,
      );
      const cookies = await Promise.all(Array.from({ length: 50 }, pending));
      const answers = await Promise.all(cookies.map((one) => call("/two-factor/verify-recovery-code", { code: codes[0] }, one)));
      const signedIn = answers.filter((answer) => sessionIn(answer) !== "");
      expect(signedIn, `round ${round}`).toHaveLength(1);
    }
  }, 600_000);
});

describe("lockout", () => {
  const wrong = async (pending: string, times: number) => {
    const codes = [];
    for (let i = 0; i < times; i++) codes.push((await call("/two-factor/verify-totp", { code: "12345x" }, pending)).code);
    return codes;
  };

  test("T-01 after five wrong codes a right one does not pass either, for longer each time, also after a restart [ASVS 6.3.1]", async () => {
    const { pending, code, recoveryCodes, userId } = await enrolled();
    const cookie = await pending();
    expect(await wrong(cookie, 6)).toEqual([...Array(5).fill("invalid"), "limited"]);
    const refused = await call("/two-factor/verify-totp", { code: code() }, cookie);
    expect(refused).toMatchObject({ code: "limited" });
    expect(refused.json.retryAfterSeconds).toBeGreaterThan(50);
    expect((await call("/two-factor/verify-recovery-code", { code: recoveryCodes[0] }, cookie)).code).toBe("limited");
    {
      await using restarted = await openSystem(system.config);
      const later = openAuth({ ...restarted, now });
      expect((await call("/two-factor/verify-totp", { code: code() }, cookie, later)).code).toBe("limited");
    }
    shiftMs += MINUTE + 1_000;
    expect(await wrong(await pending(), 2)).toEqual(["invalid", "limited"]);
    shiftMs += MINUTE + 1_000;
    expect((await call("/two-factor/verify-totp", { code: code() }, await pending())).code).toBe("limited");
    shiftMs += MINUTE;
    expect((await call("/two-factor/verify-totp", { code: code() }, await pending())).code).toBe("200");
    expect(await wrong(await pending(), 4)).toEqual(Array(4).fill("invalid"));
    expect(await countOf("second_factor.failed_locked", userId)).toBe(2);
  });

  test("T-01 of 40 wrong codes at once no more than five are looked at", async () => {
    const { pending } = await enrolled();
    const cookie = await pending();
    const answers = await Promise.all(Array.from({ length: 40 }, () => call("/two-factor/verify-totp", { code: "12345x" }, cookie)));
    expect(answers.filter(({ code }) => code === "invalid")).toHaveLength(5);
    expect(answers.filter(({ code }) => code === "limited")).toHaveLength(35);
  });
});

test("the person hears by mail of what happens to their second factor [ASVS 6.3.7]", async () => {
  const { cookie, pending, code, userId, recoveryCodes } = await enrolled();
  await call("/two-factor/verify-recovery-code", { code: recoveryCodes[0] }, await pending());
  const waiting = await pending();
  for (let i = 0; i < 5; i++) await call("/two-factor/verify-totp", { code: "12345x" }, waiting);
  shiftMs += 2 * MINUTE;
  await call("/two-factor/disable", { password: PASSWORD, code: code() }, cookie);
  const { rows } = await system.pool.query<{ kind: string }>(
    "SELECT data->>'kind' AS kind FROM pgboss.job WHERE name = 'account-mail' AND data->>'userId' = $1 ORDER BY created_on",
    [userId],
  );
  const told = ["second_factor_enabled", "recovery_code_used", "second_factor_locked", "second_factor_disabled"];
  expect(rows.map(({ kind }) => kind).filter((kind) => kind !== "email_verification")).toEqual(told);
});

describe("with a session", () => {
  test("T-01 it is disabled with the password and a code together, and the sessions rotate [ASVS 7.4.3, 7.5.1]", async () => {
    const { cookie, code, email, userId, recoveryCodes } = await enrolled();
    expect((await call("/two-factor/disable", { password: PASSWORD }, cookie)).code).toBe("invalid");
    expect((await call("/two-factor/disable", { code: code() }, cookie)).code).toBe("invalid");
    expect((await call("/two-factor/disable", { password: PASSWORD, code: "000000" }, cookie)).code).toBe("invalid");
    expect((await call("/two-factor/disable", { password: "not the password", code: code() }, cookie)).code).toBe("invalid");
    expect((await call("/two-factor/disable", { password: PASSWORD, code: code() })).code).toBe("unauthenticated");
    const disabled = await call("/two-factor/disable", { password: PASSWORD, code: code() }, cookie);
    expect(disabled).toMatchObject({ code: "200", json: { enabled: false } });
    expect([await isSignedIn(cookie), await isSignedIn(sessionIn(disabled))]).toEqual([false, true]);
    expect(sessionIn(await call("/sign-in/email", { email, password: PASSWORD }))).not.toBe("");
    expect((await call("/two-factor/disable", { password: PASSWORD, code: recoveryCodes[0] }, sessionIn(disabled))).code).toBe("conflict");
    expect(await countOf("second_factor.disabled", userId)).toBe(1);
  });

  test("new recovery codes void the old ones, and need a session that has proven itself lately [ASVS 7.5.3]", async () => {
    const { cookie, pending, recoveryCodes } = await enrolled();
    await system.pool.query(
      "UPDATE sessions SET proven_at = now() - interval '11 minutes' WHERE token_hash = sha256(convert_to($1, 'UTF8'))",
      [auth.cookie.read(cookie)],
    );
    expect(await call("/two-factor/recovery-codes", { password: PASSWORD }, cookie)).toMatchObject({
      code: "forbidden",
      json: { remedy: "step_up" },
    });
    const actor = await identifyRequest(system, auth, { cookie });
    if (!actor) throw new Error("the session is good");
    const client = { address: null, userAgent: null };
    await expect(auth.stepUp(actor, { password: PASSWORD }, client)).rejects.toMatchObject({ code: "invalid" });
    await auth.stepUp(actor, { code: recoveryCodes[9] }, client);
    const fresh = (await call("/two-factor/recovery-codes", { password: PASSWORD }, cookie)).json.recoveryCodes as string[];
    expect((await call("/two-factor/verify-recovery-code", { code: recoveryCodes[1] }, await pending())).code).toBe("invalid");
    expect((await call("/two-factor/verify-recovery-code", { code: fresh[1] }, await pending())).code).toBe("200");
  });

  test("T-01 neither seed nor recovery codes nor waiting tokens stand in the database or in any later answer [ASVS 6.5.2]", async () => {
    const { seed, secret, recoveryCodes, pending, cookie } = await enrolled();
    const token = (await pending()).split("=")[1] ?? "";
    const { rows: tables } = await system.pool.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    let dump = "";
    for (const { name } of tables)
      dump += (await system.pool.query(`SELECT coalesce(string_agg(t::text, E'\\n'), '') AS rows FROM "${name}" t`)).rows[0].rows;
    const spellings = (text: string) => [text, Buffer.from(text).toString("base64").replaceAll("=", ""), Buffer.from(text).toString("hex")];
    const secrets = [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll("-", "")), token].flatMap(spellings);
    secrets.push(seed.toString("hex"), seed.toString("base64").replaceAll("=", ""), seed.toString("base64url"));
    expect(dump.length).toBeGreaterThan(10_000);
    expect(secrets.filter((text) => dump.includes(text))).toEqual([]);
    expect((await call("/two-factor/enable", { password: PASSWORD }, cookie)).json).not.toHaveProperty("totpUri");
  });

  test("codes need a page of ours and fields of ours", async () => {
    const { pending, code } = await enrolled();
    const cookie = await pending();
    const headers = { host: "localhost:3000", origin: "https://evil.example", "content-type": "application/json", cookie };
    const request = new Request(`${ORIGIN}/api/auth/two-factor/verify-totp`, {
      method: "POST",
      headers,
      body: JSON.stringify({ code: code() }),
    });
    await expect(auth.handle(request, { address: null, userAgent: null })).rejects.toMatchObject({ code: "forbidden" });
    for (const body of [{}, { code: 123456 }, { code: [code()] }, { code: code(), userId: "x" }, { code: null }, { code: "1".repeat(65) }])
      expect((await call("/two-factor/verify-totp", body, cookie)).code).toBe("invalid");
    expect((await call("/two-factor/verify-totp", { code: `${code().slice(0, 3)} ${code().slice(3)}` }, cookie)).code).toBe("200");
  });
});
