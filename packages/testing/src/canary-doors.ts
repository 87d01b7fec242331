import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createSignInLink } from "@crew/core/sessions/create-sign-in-link";
import type { TestAnswer, TestApi, TestPerson } from "./open-test-api.ts";

/** What a door needs: somebody who is signed in, and ways to ask as them. */
export interface DoorSite {
  api: TestApi;
  person: TestPerson;
  /** Folder into which mails are written. */
  mailFolder: string;
  /** As the person's browser. Every answer is kept; those that are errors are searched. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
}

/** Lets secrets in, or lets the platform make some, and returns all that nobody may find afterwards. */
export type Door = (site: DoorSite) => Promise<(string | Buffer)[]>;

/** With characters that look different in a URL, in JSON and in base64. */
export const canary = () => `cn+/${randomBytes(18).toString("base64url")}&="%`;

export const PASSWORD = canary();
const EMAIL = "canary@example.test";

/** Every way in that a secret has. Whoever adds a way adds its line. */
export const DOORS: Record<string, Door> = {
  "key of a model provider": async ({ ask }) => entered((key) => ask("POST", "/v1/model-providers", provider("first", key))),
  "replaced key of a model provider": async ({ ask }) => {
    const { json } = await ask("POST", "/v1/model-providers", provider("second", canary()));
    return entered((key) => ask("PATCH", `/v1/model-providers/${json.id}`, { apiKey: key }));
  },
  "key of a provider that is asked": async ({ ask }) => {
    const key = canary();
    const { json } = await ask("POST", "/v1/model-providers", provider("asked", key));
    await ask("POST", `/v1/model-providers/${json.id}/test`, {});
    return [key];
  },
  "key in a request that is refused": async ({ ask }) =>
    entered((key) => ask("POST", "/v1/model-providers", { ...provider("third", key), kind: "nonsense" }), 400),
  "secret of the workspace": async ({ ask }) => entered((value) => ask("POST", "/v1/secrets", { name: "FIRST", value })),
  "replaced secret of the workspace": async ({ ask }) => {
    const { json } = await ask("POST", "/v1/secrets", { name: "SECOND", value: canary() });
    return entered((value) => ask("PUT", `/v1/secrets/${json.id}`, { value }));
  },
  "secret in a request that is refused": async ({ ask }) => entered((value) => ask("POST", "/v1/secrets", { name: "lower", value }), 400),
  "secret under a name that is taken": async ({ ask }) => entered((value) => ask("POST", "/v1/secrets", { name: "FIRST", value }), 409),
  "secret in a body that is no JSON": async ({ ask }) => entered((value) => ask("POST", "/v1/secrets", `{"value": ${value}`), 400),
  "secret in an address": async ({ ask }) => entered((value) => ask("GET", `/v1/nothing?token=${encodeURIComponent(value)}`), 404),
  "password of a new account": async ({ ask }) => {
    const { status, text } = await ask("POST", "/api/auth/sign-up/email", { name: "Canary", email: EMAIL, password: PASSWORD });
    if (status !== 200) throw new Error(text);
    return [PASSWORD];
  },
  "session cookie": async ({ ask }) => {
    const answer = await ask("POST", "/api/auth/sign-in/email", { email: EMAIL, password: PASSWORD }, { cookie: "" });
    const value = decodeURIComponent(cookieOf(answer).split("=", 2)[1] ?? "");
    if (value.length < 20) throw new Error(`no cookie: ${answer.text}`);
    return [value, ...value.split(".")];
  },
  "wrong password": async ({ ask }) =>
    entered((password) => ask("POST", "/api/auth/sign-in/email", { email: EMAIL, password }, { cookie: "" }), 401),
  "password that is too short": async ({ ask }) => {
    const password = "cn+/&5Qx7";
    await ask("POST", "/api/auth/sign-up/email", { name: "Short", email: "short@example.test", password });
    return [password];
  },
  "API key": async ({ ask }) => [(await ask("POST", "/v1/api-keys", { name: "canary" })).json.key],
  "rotated API key": async ({ ask }) => {
    const { json } = await ask("POST", "/v1/api-keys", { name: "rotated" });
    const rotated = await ask("POST", `/v1/api-keys/${json.id}/rotate`, { prefix: json.prefix });
    return [json.key, rotated.json.key];
  },
  "API key of nobody": async ({ ask }) => {
    const key = `crew_${randomBytes(32).toString("base64url")}`;
    await ask("GET", "/v1/crews", undefined, { cookie: "", authorization: `Bearer ${key}` });
    return [key];
  },
  "token of nobody": async ({ ask }) => {
    const token = `eyJhbGciOiJFZERTQSJ9.${randomBytes(40).toString("base64url")}.${randomBytes(64).toString("base64url")}`;
    await ask("GET", "/v1/crews", undefined, { cookie: "", authorization: `Bearer ${token}` });
    return [token];
  },
  "access token": async ({ ask }) => {
    const { json } = await ask("POST", "/v1/tokens", {});
    return [Object.values(json).find((value) => typeof value === "string" && value.startsWith("ey")) as string];
  },
  "ticket of a socket": async ({ ask }) => [(await ask("POST", "/v1/socket-tickets", {})).json.ticket],
  "link that signs in": async ({ api, ask }) => {
    const { token } = await createSignInLink(api.system);
    await ask("GET", `/start?token=${token}x`, undefined, { cookie: "" });
    return [token];
  },
  "token of an invitation": async ({ ask, mailFolder }) => {
    const { json } = await ask("POST", "/v1/invitations", { email: "guest@example.test", role: "viewer" });
    return typeof json.token === "string" ? [json.token] : tokensOf(await mailTo(mailFolder, "guest@example.test"));
  },
  "token of a new password": async ({ ask, mailFolder }) => {
    await ask("POST", "/api/auth/request-password-reset", { email: EMAIL }, { cookie: "" });
    return tokensOf(await mailTo(mailFolder, "new password"));
  },
  "token of a mail address": async ({ mailFolder }) => tokensOf(await mailTo(mailFolder, "Verify your")),
  "token of a mail that nobody sent": async ({ ask }) =>
    entered((token) => ask("POST", "/api/auth/verify-email", { token }, { cookie: "" }), 400, false),
  "seed of a second factor and its recovery codes": async ({ ask }) => {
    const signedIn = await ask("POST", "/api/auth/sign-in/email", { email: EMAIL, password: PASSWORD }, { cookie: "" });
    const { json, text } = await ask("POST", "/api/auth/two-factor/enable", { password: PASSWORD }, { cookie: cookieOf(signedIn) });
    if (!json?.totpUri) throw new Error(text);
    const base32 = new URL(json.totpUri).searchParams.get("secret") ?? "";
    return [base32, fromBase32(base32), ...json.recoveryCodes];
  },
  "wrong password at a step-up": async ({ ask }) => entered((password) => ask("POST", "/v1/me/step-up", { password }), undefined, false),
  "secret of a webhook": async ({ ask }) => {
    const made = await ask("POST", "/v1/webhooks", { url: "https://alerts.example.test/hook", events: ["run."] });
    const rotated = await ask("POST", `/v1/webhooks/${made.json.id}/secret`, {});
    return [secretIn(made), secretIn(rotated)];
  },
  "secret in a header of an MCP server": async ({ ask }) =>
    entered((value) => ask("POST", "/v1/mcp-servers", { ...MCP_SERVER, headers: { authorization: `Bearer ${value}` } }), 400),
  "secret that a header of an MCP server names": async ({ ask }) => {
    const value = canary();
    await ask("POST", "/v1/secrets", { name: "MCP_TOKEN", value, hosts: ["tools.example.test"] });
    const { json, text } = await ask("POST", "/v1/mcp-servers", { ...MCP_SERVER, headers: { "x-api-key": "{{secret:MCP_TOKEN}}" } });
    if (!json?.id) throw new Error(text);
    await ask("POST", `/v1/mcp-servers/${json.id}/refresh`, {});
    return [value];
  },
  "secret of an app": async ({ ask }) => {
    const body = { name: "App", kind: "confidential", redirectUris: ["https://app.example/cb"], actsAlone: true, scopes: ["runs:read"] };
    const made = await ask("POST", "/v1/oauth-clients", body);
    const rotated = await ask("POST", `/v1/oauth-clients/${made.json.id}/secret`, {});
    return [secretIn(made), secretIn(rotated)];
  },
};

async function entered(send: (value: string) => Promise<TestAnswer>, status?: number, isStrict = true): Promise<string[]> {
  const value = canary();
  const answer = await send(value);
  const isWanted = status === undefined ? answer.status < 300 : answer.status === status;
  if (isStrict && !isWanted) throw new Error(`the door answered ${answer.status}: ${answer.text}`);
  return [value];
}

const MCP_SERVER = { name: "tools", url: "https://tools.example.test/mcp" };

const provider = (name: string, apiKey: string) => ({ kind: "openai-compatible", name, baseUrl: "https://models.example.test/v1", apiKey });

function secretIn({ json, text }: TestAnswer): string {
  const secret = json.clientSecret ?? json.secret ?? json.client?.secret;
  if (typeof secret !== "string") throw new Error(`no secret: ${text.slice(0, 300)}`);
  return secret;
}

export function cookieOf(answer: TestAnswer): string {
  const lines = [answer.headers["set-cookie"] ?? []].flat().map(String);
  return lines.find((line) => /^(__Host-)?crew_session=[^;]/.test(line))?.split(";", 1)[0] ?? "";
}

async function mailTo(folder: string, words: string): Promise<string> {
  for (let i = 0; i < 200; i += 1) {
    const mails = readdirSync(folder, { withFileTypes: true }).map(({ name }) => readFileSync(join(folder, name), "utf8"));
    const mail = mails.find((text) => text.includes(words));
    if (mail) return mail;
    await sleep(50);
  }
  throw new Error(`no mail with ${words} came`);
}

function tokensOf(mail: string): string[] {
  const tokens = [...mail.matchAll(/[?&#/](?:token=|invitation=)?([A-Za-z0-9_-]{22,})/g)].map((match) => match[1] ?? "");
  if (tokens.length === 0) throw new Error(`no token in: ${mail}`);
  return tokens;
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
