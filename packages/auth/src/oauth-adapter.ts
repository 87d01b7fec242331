import { OAuthClientId, OAuthGrantId } from "@crew/contracts/ids";
import { SCOPE_NAMES } from "@crew/contracts/oauth-scopes";
import type { TokenClaims } from "@crew/contracts/token-claims";
import { endOAuthGrant } from "@crew/core/oauth-apps/end-oauth-grant";
import type { System } from "@crew/core/system";
import Provider, { type Adapter, type AdapterPayload, errors } from "oidc-provider";
import { findApp, findGrant } from "./oauth-app-rows.ts";
import { consumeArtifact, findArtifact, grantOfArtifact, type Payload, removeArtifact, saveArtifact } from "./oauth-artifact-rows.ts";

/** Uses of one refresh token that arrive together are a client's own haste: refused, but no sign of a thief. */
const TOGETHER_MS = 500;

/** However often it was renewed, a refresh token ends this long after the person decided. */
export const REFRESH_LIMIT_SECONDS = 90 * 86_400;

/** OpenID's own names, which give nothing in our API. */
export const OPENID_SCOPES = ["openid", "profile", "offline_access"];

export interface AdapterParts {
  origin: string;
  audiences: readonly string[];
  /** The claims of an access token of an app that counts today. */
  readToken(token: string): Promise<TokenClaims | undefined>;
}

/**
 * Where oidc-provider keeps things: apps and grants in their own tables, codes, requests and refresh tokens as artifacts
 * whose ids stand there hashed. Access tokens are kept nowhere; the library's browser sessions neither, since whose
 * browser it is only our own session says.
 */
export function oauthAdapter(system: System, parts: AdapterParts): (kind: string) => Adapter {
  const nothing = async () => undefined;
  const unused = { destroy: nothing, consume: nothing, upsert: nothing, findByUserCode: nothing, findByUid: nothing };
  return (kind) => {
    const revokeByGrantId = async (grantId: string) => {
      // The library asks each kind in turn; the grant takes all that hangs on it along at once.
      if (kind === "AccessToken") await endOAuthGrant(system, grantId, isReturned() ? "returned" : "reused");
    };
    if (kind === "Session") return { ...unused, find: nothing, revokeByGrantId };
    if (kind === "Client") return { ...unused, find: (id) => findClient(system, id), revokeByGrantId };
    if (kind === "Grant") return { ...unused, find: (id) => grantPayload(system, parts, id), revokeByGrantId };
    if (kind === "AccessToken" || kind === "ClientCredentials")
      return {
        ...unused,
        find: (alias) => tokenPayload(parts, kind, alias),
        destroy: (alias) => endToken(system, parts, kind, alias),
        revokeByGrantId,
      };
    return { ...unused, ...artifacts(system, parts, kind), revokeByGrantId };
  };
}

/** At the revocation endpoint an app gives back what it has; anywhere else a grant ends because something came twice. */
function isReturned(): boolean {
  return Provider.ctx?.oidc.route === "revocation";
}

function artifacts(
  system: System,
  { origin }: AdapterParts,
  kind: string,
): Omit<Adapter, "findByUserCode" | "findByUid" | "revokeByGrantId"> {
  return {
    async find(id) {
      const row = await findArtifact(system, kind, id);
      if (!row) return undefined;
      const payload = { ...row.payload, jti: id } as AdapterPayload;
      if (kind === "Interaction") return { ...payload, returnTo: `${origin}/oauth/authorize/${id}` };
      if (kind === "RefreshToken" && Number(payload.iiat) + REFRESH_LIMIT_SECONDS < system.now().getTime() / 1_000) return undefined;
      if (row.consumedAt === null) return payload;
      if (kind === "RefreshToken" && system.now().getTime() - row.consumedAt < TOGETHER_MS) return undefined;
      return { ...payload, consumed: Math.floor(row.consumedAt / 1_000) };
    },
    async upsert(id, payload, seconds = 60) {
      // Both would give away the id.
      const { jti: _jti, returnTo: _returnTo, ...kept } = payload as Payload;
      await saveArtifact(system, kind, id, kept, seconds).catch((error: { code?: string }) => {
        if (error.code === "23503") throw new errors.InvalidGrant("the grant has ended");
        throw error;
      });
    },
    async consume(id) {
      if (await consumeArtifact(system, kind, id)) return;
      const grantId = await grantOfArtifact(system, kind, id);
      if (kind === "AuthorizationCode" && grantId) await endOAuthGrant(system, grantId, "reused");
      throw new errors.InvalidGrant("it was used already");
    },
    destroy: (id) => removeArtifact(system, kind, id),
  };
}

async function findClient(system: System, id: string): Promise<AdapterPayload | undefined> {
  if (!OAuthClientId.safeParse(id).success || !id.startsWith("client_")) return undefined;
  const app = await findApp(system, id);
  if (!app) return undefined;
  const hasPeople = app.redirectUris.length > 0;
  // Both forms of showing the secret are fine; the library wants to be told one.
  const byHeader = Provider.ctx?.req.headers.authorization !== undefined;
  return {
    client_id: id,
    client_name: app.name,
    // Native: the port of a loopback address is free (RFC 8252); everything else is compared exactly.
    application_type: "native",
    redirect_uris: app.redirectUris,
    response_types: hasPeople ? ["code"] : [],
    grant_types: [...(hasPeople ? ["authorization_code", "refresh_token"] : []), ...(app.actsAlone ? ["client_credentials"] : [])],
    token_endpoint_auth_method: app.secretHash ? (byHeader ? "client_secret_basic" : "client_secret_post") : "none",
    ...(app.secretHash && { client_secret: app.secretHash.toString("hex") }),
  } as AdapterPayload;
}

/** What the person allowed is looked up when a token is made; here every name passes that they may have been asked for. */
async function grantPayload(system: System, { audiences }: AdapterParts, id: string): Promise<AdapterPayload | undefined> {
  if (!OAuthGrantId.safeParse(id).success || !id.startsWith("grant_")) return undefined;
  const grant = await findGrant(system, id);
  if (!grant) return undefined;
  const { accountId, clientId, createdAt } = grant;
  return {
    jti: id,
    kind: "Grant",
    accountId,
    clientId,
    iat: createdAt,
    exp: createdAt + 10 * 365 * 86_400,
    openid: { scope: OPENID_SCOPES.join(" ") },
    resources: Object.fromEntries(audiences.map((audience) => [audience, SCOPE_NAMES.join(" ")])),
  };
}

/** The library takes no JWT at these endpoints, so it gets ours as the text of one, encoded once more. */
export const aliasOf = (token: string) => Buffer.from(token).toString("base64url");
const tokenOf = (alias: string) => Buffer.from(alias, "base64url").toString();

async function tokenPayload(parts: AdapterParts, kind: string, alias: string): Promise<AdapterPayload | undefined> {
  const claims = await parts.readToken(tokenOf(alias));
  if (!claims || "sid" in claims || (claims.grant === undefined) !== (kind === "ClientCredentials")) return undefined;
  const { iat, exp, aud, scope, client_id: clientId, sub: accountId, grant: grantId } = claims;
  const whose = grantId ? { accountId, grantId } : {};
  return { jti: alias, kind, iat, exp, aud, scope, clientId, ...whose };
}

async function endToken(system: System, parts: AdapterParts, kind: string, alias: string): Promise<void> {
  const claims = await parts.readToken(tokenOf(alias));
  // Those of a grant end with it.
  if (!claims || "sid" in claims || kind !== "ClientCredentials") return;
  const seconds = claims.exp - Math.floor(system.now().getTime() / 1_000) + 10;
  if (seconds > 0) await saveArtifact(system, "EndedToken", claims.jti, {}, seconds);
  system.bus.publish(`actor:${claims.client_id}`, { type: "revoked" });
}
