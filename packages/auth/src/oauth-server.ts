import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { DEFAULT_SCOPE } from "@crew/contracts/oauth-scopes";
import { apiAudience, tokenIssuer } from "@crew/contracts/token-claims";
import { AppError } from "@crew/core/app-error";
import { findOAuthDecider } from "@crew/core/oauth-apps/find-oauth-decider";
import type { AccessTokens } from "./access-tokens.ts";
import type { AuthSystem } from "./auth-system.ts";

export interface OAuthServer {
  /** Addresses that a token can be for: the API and the endpoint of MCP. */
  readonly audiences: readonly string[];
  readonly issuer: string;
  /**
   * Answers a request to the authorization server. `body` is that of a form, read already; `userId` is who is signed in
   * to the browser that sent it.
   */
  handle(request: IncomingMessage, response: ServerResponse, from: { body?: string; userId: string | null }): Promise<void>;
}

type Callback = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const RESUME = /^\/oauth\/authorize\/([A-Za-z0-9_-]{16,64})$/;

/** The library is loaded with the first request that needs it, and built anew for each signing key. */
export function oauthServer(system: AuthSystem, tokens: AccessTokens): OAuthServer {
  const { publicUrl } = system.installation;
  const issuer = tokenIssuer(publicUrl);
  const audiences = [apiAudience(publicUrl), `${issuer}/mcp`];
  let built: { keyId: string; callback: Promise<Callback> } | undefined;

  async function readToken(token: string) {
    for (const audience of audiences) {
      const claims = await tokens.verify(token, audience);
      if (claims) return (await tokens.identify(token, "write", audience)) && claims;
    }
    return undefined;
  }

  async function callback(): Promise<Callback> {
    const key = await tokens.keys.current();
    if (built?.keyId !== key.keyId) {
      const parts = { origin: issuer, audiences, readToken };
      const build = async () => {
        const { oauthProvider } = await import("./oauth-provider.ts");
        return oauthProvider(system, parts, { ...(await key.openPrivate()), kid: key.keyId }).callback() as Callback;
      };
      built = { keyId: key.keyId, callback: build() };
      built.callback.catch(() => {
        built = undefined;
      });
    }
    return built.callback;
  }

  return {
    issuer,
    audiences,
    async handle(request, response, { body, userId }) {
      const url = new URL(request.url ?? "/", issuer);
      const requestId = RESUME.exec(url.pathname)?.[1];
      if (requestId) await requireDecider(system, requestId, userId);
      if (url.pathname === "/oauth/authorize") withDefaults(url);
      request.url = `${url.pathname}${url.search}`;
      const { host, protocol } = new URL(issuer);
      Object.assign(request.headers, { host, "x-forwarded-proto": protocol.slice(0, -1) });
      delete request.headers["x-forwarded-host"];
      if (body !== undefined) giveBody(request, await withAliases(url.pathname, body));
      await (await callback())(request, response);
    },
  };
}

/**
 * The answer goes out through the browser of whoever decided: somebody else's, who began the request and had another
 * person decide on it, would get a code for that person.
 */
async function requireDecider(system: AuthSystem, requestId: string, userId: string | null): Promise<void> {
  const decider = await findOAuthDecider(system, requestId);
  if (decider && decider !== userId)
    throw new AppError("forbidden", "This request of an app was answered by somebody else. Start again from the app.");
}

function withDefaults({ searchParams }: URL): void {
  if (!searchParams.get("scope")) searchParams.set("scope", DEFAULT_SCOPE);
  const mode = searchParams.get("response_mode");
  if (mode && mode !== "query") throw new AppError("invalid", "Answers to apps are given in the query alone: leave response_mode out.");
}

async function withAliases(path: string, body: string): Promise<string> {
  if (path !== "/oauth/introspect" && path !== "/oauth/revoke") return body;
  const { aliasOf } = await import("./oauth-adapter.ts");
  const fields = new URLSearchParams(body);
  const shown = fields.getAll("token");
  if (shown.length === 1 && shown[0]?.includes(".")) fields.set("token", aliasOf(shown[0]));
  return fields.toString();
}

/** As if nobody had read it yet: the library reads the stream by itself. */
function giveBody(request: IncomingMessage, body: string): void {
  request.headers["content-length"] = String(Buffer.byteLength(body));
  Object.defineProperties(request, {
    readable: { value: true, configurable: true },
    iterator: { value: () => Readable.from([Buffer.from(body)]).iterator(), configurable: true },
  });
}
