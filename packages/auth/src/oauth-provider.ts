import { createHmac, timingSafeEqual } from "node:crypto";
import { SCOPE_NAMES } from "@crew/contracts/oauth-scopes";
import { TOKEN_ALGORITHM, TOKEN_SECONDS } from "@crew/contracts/token-claims";
import { hashClientSecret } from "@crew/core/oauth-apps/client-secret";
import type { Ed25519Jwk } from "@crew/core/tokens/signing-key";
import Provider, { type Configuration, errors, interactionPolicy, type KoaContextWithOIDC } from "oidc-provider";
import type { AuthSystem } from "./auth-system.ts";
import { type AdapterParts, OPENID_SCOPES, oauthAdapter, REFRESH_LIMIT_SECONDS } from "./oauth-adapter.ts";
import { type TokenToBe, writeTokenClaims } from "./oauth-token-claims.ts";

/** Unused it ends after 30 days; used, it is renewed, but not past 90 days from the person's decision. */
function refreshSeconds(_ctx: unknown, token: { iiat?: number }): number {
  const now = Math.floor(Date.now() / 1_000);
  return Math.max(1, Math.min(30 * 86_400, (token.iiat ?? now) + REFRESH_LIMIT_SECONDS - now));
}

const SECONDS = {
  AccessToken: TOKEN_SECONDS,
  ClientCredentials: TOKEN_SECONDS,
  IdToken: TOKEN_SECONDS,
  AuthorizationCode: 60,
  RefreshToken: refreshSeconds,
  Interaction: 600,
  Session: 600,
  Grant: 10 * 365 * 86_400,
} as const;

/** Over HTTPS no other host of the domain sets one; two are for a path of their own, which `__Host-` does not allow. */
function browserCookies(origin: string) {
  const secure = origin.startsWith("https:");
  const attributes = { httpOnly: true, sameSite: "lax", signed: true, secure } as const;
  const [host, path] = secure ? ["__Host-", "__Secure-"] : ["", ""];
  const names = { session: `${host}crew_oauth_session`, interaction: `${path}crew_oauth_request`, resume: `${path}crew_oauth_resume` };
  return { names, long: attributes, short: attributes };
}

/** OAuth 2.1 with the certified library, on our tables and with our tokens. `key` signs; another one needs another provider. */
export function oauthProvider(system: AuthSystem, parts: AdapterParts, key: Ed25519Jwk & { kid: string }): Provider {
  const provider = new Provider(parts.origin, configuration(system, parts, key));
  // Host and scheme are set by us from the public address before the library sees a request.
  provider.proxy = true;
  // Only hashes are kept.
  const { prototype } = provider.Client as unknown as {
    prototype: { clientSecret?: string; compareClientSecret(actual: string): boolean };
  };
  prototype.compareClientSecret = function compareClientSecret(this: { clientSecret?: string }, actual) {
    const kept = Buffer.from(this.clientSecret ?? "", "hex");
    const shown = hashClientSecret(actual);
    return kept.length === shown.length && timingSafeEqual(kept, shown);
  };
  provider.on("server_error", (_ctx, error) => system.log.error({ err: error }, "the authorization server failed"));
  return provider;
}

function configuration(system: AuthSystem, parts: AdapterParts, key: Ed25519Jwk & { kid: string }): Configuration {
  const settings: Record<string, unknown> = {
    adapter: oauthAdapter(system, parts),
    jwks: { keys: [{ ...key, use: "sig", alg: TOKEN_ALGORITHM }] },
    routes: {
      authorization: "/oauth/authorize",
      token: "/oauth/token",
      introspection: "/oauth/introspect",
      revocation: "/oauth/revoke",
      jwks: "/.well-known/jwks.json",
      userinfo: "/oauth/userinfo",
      end_session: "/oauth/end",
    },
    discovery: {
      registration_endpoint: `${parts.origin}/oauth/register`,
      userinfo_endpoint: `${parts.origin}/oauth/userinfo`,
      response_modes_supported: ["query"],
      service_documentation: `${parts.origin}/docs`,
    },
    cookies: {
      keys: [createHmac("sha256", system.authSecret).update("oauth cookies").digest("base64url")],
      ...browserCookies(parts.origin),
    },
    ttl: SECONDS,
    scopes: [...OPENID_SCOPES, ...SCOPE_NAMES],
    responseTypes: ["code"],
    subjectTypes: ["public"],
    claims: { openid: ["sub"], profile: ["name"] },
    clientAuthMethods: ["none", "client_secret_basic", "client_secret_post"],
    clientDefaults: { id_token_signed_response_alg: TOKEN_ALGORITHM },
    enabledJWA: { idTokenSigningAlgValues: [TOKEN_ALGORITHM] },
    pkce: { required: () => true },
    // Grants end when the person, the app or a replay ends them, not with a browser's session.
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx: unknown, client: { grantTypeAllowed(type: string): boolean }) => client.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: true,
    revokeGrantPolicy: () => false,
    clientBasedCORS: (_ctx: unknown, origin: string, client: { redirectUris?: string[] }) =>
      client.redirectUris?.some((uri) => URL.parse(uri)?.origin === origin) ?? false,
    findAccount: (_ctx: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    loadExistingGrant: (ctx: KoaContextWithOIDC) => {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId ? ctx.oidc.provider.Grant.find(grantId) : undefined;
    },
    interactions: {
      policy: askEveryTime(),
      url: (_ctx: unknown, interaction: { uid: string }) => `${parts.origin}/oauth/consent?request=${interaction.uid}`,
    },
    renderError,
    formats: {
      customizers: {
        jwt: (_ctx: unknown, token: TokenToBe, structured: never) => writeTokenClaims(system, token, structured),
      },
    },
    features: features(parts, key.kid),
  };
  return settings as Configuration;
}

function features(parts: AdapterParts, keyId: string): Record<string, unknown> {
  const scope = SCOPE_NAMES.join(" ");
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: isOwnToken },
    revocation: { enabled: true, allowedPolicy: isOwnToken },
    resourceIndicators: {
      enabled: true,
      defaultResource: (_ctx: unknown, _client: unknown, oneOf?: string[]) => oneOf?.[0] ?? parts.audiences[0],
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx: unknown, resource: string) => {
        if (!parts.audiences.includes(resource)) throw new errors.InvalidTarget(`tokens are given for ${parts.audiences.join(" and ")}`);
        return {
          scope,
          audience: resource,
          accessTokenFormat: "jwt",
          accessTokenTTL: TOKEN_SECONDS,
          jwt: { sign: { alg: TOKEN_ALGORITHM, kid: keyId } },
        };
      },
    },
  };
}

function isOwnToken(_ctx: unknown, client: { clientId: string }, token: { clientId?: string }): boolean {
  return token.clientId === client.clientId;
}

/** No request passes because another was allowed before: each is shown to the person, with the app and where it leads. */
function askEveryTime(): interactionPolicy.Prompt[] {
  const { Check, Prompt } = interactionPolicy;
  const isUndecided = (ctx: KoaContextWithOIDC) => !ctx.oidc.session?.accountId || !ctx.oidc.result?.consent;
  return [
    new Prompt({ name: "login", requestable: true }),
    new Prompt({ name: "consent", requestable: true }, new Check("undecided", "the person has to decide", "consent_required", isUndecided)),
  ];
}

async function renderError(ctx: KoaContextWithOIDC, out: { error: string; error_description?: string }): Promise<void> {
  ctx.type = "text/plain; charset=utf-8";
  const words = (out.error_description ?? out.error).replace(/[^\x20-\x7e]/g, " ").slice(0, 300);
  ctx.body = `This request of an app cannot be answered (${out.error}): ${words}.\nGo back to the app and start again.\n`;
}
