import { createHash, randomBytes, randomInt } from "node:crypto";
import type { TestAnswer, TestApi, TestPerson } from "./open-test-api.ts";

export const ORIGIN = "http://localhost:3000";

/** Apps may come from other networks, as far as the server can tell: so many may register from each. */
export const BEHIND_PROXY = { api: { trustedProxies: ["127.0.0.1"] } };
const fromSomewhere = () => ({ "x-forwarded-for": Array.from({ length: 4 }, () => randomInt(1, 200)).join(".") });

/** What a browser of `person` sends. */
export function browserOf(person: TestPerson): Record<string, string> {
  return { cookie: person.cookie, origin: ORIGIN };
}

export interface AppOptions {
  redirectUri?: string;
  /** Absent: a public app. */
  secret?: string;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  token_type: string;
  expires_in: number;
  scope: string;
  id_token?: string;
  error?: string;
}

/** An app of somebody else's, as its author would write it, with the browser that it sends people through. */
export class OAuthApp {
  readonly on: TestApi;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly #secret: string | undefined;
  readonly verifier = randomBytes(32).toString("base64url");
  readonly state = randomBytes(16).toString("base64url");
  #cookies = new Map<string, string>();

  constructor(on: TestApi, clientId: string, { redirectUri = "http://localhost:7777/cb", secret }: AppOptions = {}) {
    this.on = on;
    this.clientId = clientId;
    this.redirectUri = redirectUri;
    this.#secret = secret;
  }

  /** Registers itself as MCP clients do. */
  static async register(on: TestApi, redirectUri = "http://localhost:7777/cb"): Promise<OAuthApp> {
    const body = { client_name: "Agent desk", redirect_uris: [redirectUri], token_endpoint_auth_method: "none" };
    const { status, json } = await on.call("POST", "/oauth/register", { body, headers: fromSomewhere() });
    if (status !== 201) throw new Error(`registration was answered with ${status}: ${JSON.stringify(json)}`);
    return new OAuthApp(on, json.client_id, { redirectUri });
  }

  /** Sends the browser to the authorization server; `change` overrides or, with null, removes parameters. */
  async authorize(change: Record<string, string | null> = {}): Promise<TestAnswer & { requestId: string | undefined }> {
    const query: Record<string, string | null> = {
      client_id: this.clientId,
      response_type: "code",
      redirect_uri: this.redirectUri,
      scope: "crews:read runs:read runs:start",
      state: this.state,
      code_challenge: createHash("sha256").update(this.verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...change,
    };
    const set = Object.entries(query).filter((each): each is [string, string] => each[1] !== null);
    const answer = await this.on.call("GET", `/oauth/authorize?${new URLSearchParams(set)}`);
    for (const cookie of [answer.headers["set-cookie"] ?? []].flat()) {
      const [pair = ""] = String(cookie).split(";", 1);
      const at = pair.indexOf("=");
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = String(answer.headers.location ?? "");
    const requestId = location.includes("/oauth/consent") ? (new URL(location).searchParams.get("request") ?? undefined) : undefined;
    return { ...answer, requestId };
  }

  decide(person: TestPerson, requestId: string, body: unknown): Promise<TestAnswer> {
    return this.on.call("POST", `/v1/oauth-requests/${requestId}/decision`, { headers: browserOf(person), body });
  }

  /** The browser that began the request, in which `person` is signed in, takes the answer to the app. */
  async resume(person: TestPerson | null, path: string): Promise<TestAnswer> {
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`);
    const cookie = [...cookies, ...(person ? [person.cookie] : [])].join("; ");
    return this.on.call("GET", new URL(path, ORIGIN).pathname, { headers: { cookie } });
  }

  /** The whole way to a code. */
  async codeFrom(person: TestPerson, change: Record<string, string | null> = {}, scopes = ["crews:read", "runs:read"]): Promise<string> {
    const { requestId } = await this.authorize(change);
    const decision = await this.decide(person, requestId ?? "", { approve: true, workspaceId: person.actor.workspaceId, scopes });
    if (decision.status !== 200) throw new Error(`the decision was answered with ${decision.status}: ${decision.text}`);
    const { headers, text } = await this.resume(person, decision.json.redirectTo);
    const code = new URL(String(headers.location ?? "about:blank")).searchParams.get("code");
    if (!code) throw new Error(`no code came back: ${headers.location} ${text}`);
    return code;
  }

  post(path: string, fields: Record<string, string>): Promise<TestAnswer> {
    const basic = this.#secret && Buffer.from(`${this.clientId}:${this.#secret}`).toString("base64");
    return this.on.call("POST", path, {
      headers: { "content-type": "application/x-www-form-urlencoded", ...(basic && { authorization: `Basic ${basic}` }) },
      body: new URLSearchParams({ ...fields, ...(!basic && { client_id: this.clientId }) }).toString(),
    });
  }

  exchange(code: string, change: Record<string, string> = {}): Promise<TestAnswer> {
    const fields = { grant_type: "authorization_code", code, redirect_uri: this.redirectUri, code_verifier: this.verifier, ...change };
    return this.post("/oauth/token", fields);
  }

  refresh(token: string, change: Record<string, string> = {}): Promise<TestAnswer> {
    return this.post("/oauth/token", { grant_type: "refresh_token", refresh_token: token, ...change });
  }

  async tokensFrom(person: TestPerson, scopes?: string[]): Promise<Tokens> {
    const { status, json } = await this.exchange(await this.codeFrom(person, {}, scopes));
    if (status !== 200) throw new Error(`the code was answered with ${status}: ${JSON.stringify(json)}`);
    return json as Tokens;
  }
}
