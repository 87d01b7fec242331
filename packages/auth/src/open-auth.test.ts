import { argon2Sync } from "node:crypto";
import { AppError } from "@crew/core/app-error";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth } from "./auth-system.ts";
import { identifyRequest } from "./identify-request.ts";
import { openAuth } from "./open-auth.ts";
import { SESSION_SECONDS } from "./session-cookie.ts";

const ORIGIN = "http://localhost:3000";
const CLIENT = { address: "203.0.113.7", userAgent: "a browser" };
const PASSWORD = "correct horse battery";

let system: TestSystem;
let auth: Auth;

beforeAll(async () => {
  system = await openTestSystem();
  auth = openAuth(system);
});
afterAll(() => system[Symbol.asyncDispose]());

function call(
  path: string,
  options: {
    body?: unknown;
    cookie?: string;
    origin?: string;
    on?: Auth;
    client?: typeof CLIENT | { address: string; userAgent: null };
  } = {},
): Promise<Response> {
  const headers = new Headers({ host: "localhost:3000", origin: options.origin ?? ORIGIN, "content-type": "application/json" });
  if (options.cookie) headers.set("cookie", options.cookie);
  const method = options.body === undefined ? "GET" : "POST";
  const request = new Request(`${ORIGIN}/api/auth${path}`, {
    method,
    headers,
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  });
  return (options.on ?? auth).handle(request, options.client ?? CLIENT);
}

let people = 0;
async function signUp(): Promise<{ email: string; cookie: string }> {
  const email = `person${++people}@example.test`;
  const response = await call("/sign-up/email", { body: { name: "Ada", email, password: PASSWORD } });
  return { email, cookie: cookieOf(response) };
}

function cookieOf(response: Response): string {
  return (
    response.headers
      .getSetCookie()
      .find((line) => line.startsWith("crew_session="))
      ?.split(";", 1)[0] ?? ""
  );
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  return error instanceof AppError ? error.code : String(error);
}

async function rows<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
  return (await system.pool.query<T>(text, values)).rows;
}

describe("signing up, in and out", () => {
  test("a new person gets a session, a workspace of their own and no token in the answer [ASVS 7.2.2]", async () => {
    const response = await call("/sign-up/email", { body: { name: "Grace", email: "Grace@Example.test", password: PASSWORD } });
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).not.toContain("token");
    const actor = await identifyRequest(system, auth, { cookie: cookieOf(response) });
    expect(actor).toMatchObject({ kind: "user", name: "Grace", role: "owner", apiKeyId: null });
    expect(actor?.userId).toMatch(/^user_[0-9a-z]{26}$/);
    const [row] = await rows<{ email: string; ip_address: string; password: string }>(
      "SELECT u.email, s.ip_address, a.password FROM users u JOIN sessions s ON s.user_id = u.id JOIN accounts a ON a.user_id = u.id WHERE u.name = 'Grace'",
    );
    expect(row).toMatchObject({ email: "grace@example.test", ip_address: CLIENT.address });
    expect(row?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test("the cookie outlives the session, which the row ends [ASVS 7.3.1]", async () => {
    const response = await call("/sign-in/email", { body: { email: (await signUp()).email, password: PASSWORD } });
    expect(response.headers.getSetCookie()[0]).toMatch(/Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax/i);
    const { cookie } = await signUp();
    await rows("UPDATE sessions SET expires_at = now() - interval '1 second' WHERE token_hash = sha256(convert_to($1, 'UTF8'))", [
      auth.cookie.read(cookie),
    ]);
    expect(await identifyRequest(system, auth, { cookie })).toBeUndefined();
  });

  test("a wrong password, an unknown address and a short password are refused", async () => {
    const { email } = await signUp();
    expect(await codeOf(call("/sign-in/email", { body: { email, password: "not the password" } }))).toBe("unauthenticated");
    expect(await codeOf(call("/sign-in/email", { body: { email: "nobody@example.test", password: PASSWORD } }))).toBe("unauthenticated");
    expect(await codeOf(call("/sign-up/email", { body: { name: "A", email: "short@example.test", password: "elevenchars" } }))).toBe(
      "invalid",
    );
    expect(await codeOf(call("/sign-up/email", { body: { name: "A", email, password: PASSWORD } }))).toBe("conflict");
    expect(await rows("SELECT FROM users WHERE email = 'short@example.test'")).toHaveLength(0);
  });

  test("fields that are not ours are refused", async () => {
    const body = { name: "A", email: "more@example.test", password: PASSWORD };
    for (const extra of [{ isLocalOwner: true }, { id: "1" }, { emailVerified: true }, { role: "admin" }])
      expect(await codeOf(call("/sign-up/email", { body: { ...body, ...extra } }))).toBe("invalid");
    expect(await rows("SELECT FROM users WHERE email = 'more@example.test'")).toHaveLength(0);
  });

  test("signing out ends the session", async () => {
    const { cookie } = await signUp();
    expect((await call("/sign-out", { body: {}, cookie })).status).toBe(200);
    expect(await identifyRequest(system, auth, { cookie })).toBeUndefined();
  });

  test("a password with older parameters signs in and is hashed anew", async () => {
    const { email } = await signUp();
    const tag = argon2Sync("argon2id", {
      message: PASSWORD,
      nonce: Buffer.alloc(16, 1),
      memory: 8_192,
      passes: 3,
      parallelism: 1,
      tagLength: 32,
    });
    const text = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
    const old = `$argon2id$v=19$m=8192,t=3,p=1$${text(Buffer.alloc(16, 1))}$${text(tag)}`;
    await rows("UPDATE accounts SET password = $2 WHERE user_id = (SELECT id FROM users WHERE email = $1)", [email, old]);
    expect((await call("/sign-in/email", { body: { email, password: PASSWORD } })).status).toBe(200);
    const [row] = await rows<{ password: string }>(
      "SELECT password FROM accounts WHERE user_id = (SELECT id FROM users WHERE email = $1)",
      [email],
    );
    expect(row?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await call("/sign-in/email", { body: { email, password: PASSWORD } })).status).toBe(200);
  });

  test("guesses at one account are limited by network, and wherever they come from", async () => {
    const { email } = await signUp();
    const codes = [];
    for (let i = 0; i < 48; i++) {
      const client = { address: `198.51.100.${Math.floor(i / 12)}`, userAgent: null };
      codes.push(await codeOf(call("/sign-in/email", { body: { email: email.toUpperCase(), password: "a wrong guess" }, client })));
    }
    const fromOne = [...Array(10).fill("unauthenticated"), "limited", "limited"];
    expect(codes).toEqual([...fromOne, ...fromOne, ...fromOne, ...Array(12).fill("limited")]);
  });
});

describe("sessions", () => {
  test("are listed without tokens and revoked by id, one's own only", async () => {
    const { email, cookie } = await signUp();
    const second = cookieOf(await call("/sign-in/email", { body: { email, password: PASSWORD } }));
    const text = await (await call("/list-sessions", { cookie })).text();
    expect(text).not.toContain(auth.cookie.read(cookie));
    expect(text).not.toContain('"token"');
    expect(JSON.parse(text)).toHaveLength(2);
    const stranger = await signUp();
    const [own] = await rows<{ id: string }>("SELECT id FROM sessions WHERE token_hash = sha256(convert_to($1, 'UTF8'))", [
      auth.cookie.read(second),
    ]);
    expect(await codeOf(call("/revoke-session", { body: { id: own?.id }, cookie: stranger.cookie }))).toBe("not_found");
    expect(await identifyRequest(system, auth, { cookie: second })).toBeDefined();
    expect((await call("/revoke-session", { body: { id: own?.id }, cookie })).status).toBe(200);
    expect(await identifyRequest(system, auth, { cookie: second })).toBeUndefined();
    expect(await identifyRequest(system, auth, { cookie })).toBeDefined();
  });

  test("get-session shows the person and no token", async () => {
    const { email, cookie } = await signUp();
    const text = await (await call("/get-session", { cookie })).text();
    expect(JSON.parse(text)).toMatchObject({ user: { email } });
    expect(text).not.toContain("token");
    expect(await (await call("/get-session")).text()).toBe("null");
  });

  test("signing in shows the person, as signing up does, and no token", async () => {
    const { email } = await signUp();
    const text = await (await call("/sign-in/email", { body: { email, password: PASSWORD } })).text();
    expect(JSON.parse(text)).toMatchObject({ user: { name: "Ada", email, emailVerified: false } });
    expect(text).not.toContain("token");
  });

  test("changing the password ends the other sessions", async () => {
    const { email, cookie } = await signUp();
    const other = cookieOf(await call("/sign-in/email", { body: { email, password: PASSWORD } }));
    const response = await call("/change-password", { body: { currentPassword: PASSWORD, newPassword: "another horse battery" }, cookie });
    expect(response.status).toBe(200);
    expect(await identifyRequest(system, auth, { cookie: other })).toBeUndefined();
    expect(await codeOf(call("/sign-in/email", { body: { email, password: PASSWORD } }))).toBe("unauthenticated");
  });

  test("revoking one tells whoever holds a connection open for it", async () => {
    const { cookie } = await signUp();
    const actor = await identifyRequest(system, auth, { cookie });
    const heard: unknown[] = [];
    await system.bus.subscribe(`actor:${actor?.userId}`, (message) => heard.push(message));
    await call("/sign-out", { body: {}, cookie });
    await expect.poll(() => heard).toEqual([{ type: "revoked" }]);
  });

  test("use pushes the end on, at most once in ten minutes", async () => {
    const { cookie } = await signUp();
    const token = auth.cookie.read(cookie);
    const leftSeconds = async () =>
      Number(
        (
          await rows<{ left: string }>(
            "SELECT extract(epoch FROM expires_at - now()) AS left FROM sessions WHERE token_hash = sha256(convert_to($1, 'UTF8'))",
            [token],
          )
        )[0]?.left,
      );
    await rows("UPDATE sessions SET expires_at = now() + interval '2 days' WHERE token_hash = sha256(convert_to($1, 'UTF8'))", [token]);
    await identifyRequest(system, auth, { cookie });
    await expect.poll(leftSeconds).toBeGreaterThan(SESSION_SECONDS - 60);
    const before = await leftSeconds();
    await identifyRequest(system, auth, { cookie });
    expect(await leftSeconds()).toBeLessThanOrEqual(before);
  });

  test("a person keeps fifty at most", async () => {
    const { cookie } = await signUp();
    const actor = await identifyRequest(system, auth, { cookie });
    let last = "";
    for (let i = 0; i < 60; i++) last = await auth.startSession(actor?.userId ?? "", CLIENT);
    const [row] = await rows<{ count: string }>(
      "SELECT count(*) FROM sessions WHERE user_id = (SELECT user_id FROM sessions WHERE token_hash = sha256(convert_to($1, 'UTF8')))",
      [auth.cookie.read(last.split(";", 1)[0])],
    );
    expect(Number(row?.count)).toBe(50);
  });
});

describe("origins and paths", () => {
  test("a foreign origin cannot sign anybody out or in", async () => {
    const { email, cookie } = await signUp();
    expect(await codeOf(call("/sign-out", { body: {}, cookie, origin: "https://evil.example" }))).toBe("forbidden");
    expect(await codeOf(call("/sign-in/email", { body: { email, password: PASSWORD }, origin: "https://evil.example" }))).toBe("forbidden");
    expect(await identifyRequest(system, auth, { cookie })).toBeDefined();
  });

  test("what we do not serve is not there", async () => {
    const { cookie } = await signUp();
    const paths = ["/delete-user", "/update-user", "/forget-password", "/constructor", "/sign-in/username"];
    for (const path of [...paths, "/ok", "/error", "/", "", "/link-social", "/unlink-account", "/update-session", "/sign-up/email/"])
      expect(await codeOf(call(path, { body: {}, cookie })), path).toBe("not_found");
    for (const path of ["/ok", "/error", "/list-accounts", "/verify-email", "/delete-user/callback", "/account-info"])
      expect(await codeOf(call(path, { cookie })), path).toBe("not_found");
  });
});

describe("who may sign up", () => {
  test("with invite nobody may, with open everybody", async () => {
    const closed = openAuth({ ...system, installation: { ...system.installation, signUp: "invite" } });
    const body = { name: "A", email: "uninvited@example.test", password: PASSWORD };
    expect(await codeOf(call("/sign-up/email", { body, on: closed }))).toBe("forbidden");
    expect(await rows("SELECT FROM users WHERE email = 'uninvited@example.test'")).toHaveLength(0);
  });

  test("with first-user, of twenty at once exactly one gets in, on two processes", async () => {
    await using fresh = await openTestSystem({ config: { signUp: "first-user" } });
    const processes = [openAuth(fresh), openAuth(fresh)];
    const codes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const body = { name: `Person ${i}`, email: `first${i}@example.test`, password: PASSWORD };
        return call("/sign-up/email", { body, on: processes[i % 2] }).then(
          (response) => String(response.status),
          (error: unknown) => (error instanceof AppError ? error.code : String(error)),
        );
      }),
    );
    expect(codes.filter((code) => code === "200")).toHaveLength(1);
    expect(codes.filter((code) => code === "forbidden" || code === "conflict")).toHaveLength(19);
    const { rows: users } = await fresh.pool.query("SELECT FROM users");
    expect(users).toHaveLength(1);
    const late = { name: "Late", email: "late@example.test", password: PASSWORD };
    expect(await codeOf(call("/sign-up/email", { body: late, on: processes[0] }))).toBe("forbidden");
  });
});
