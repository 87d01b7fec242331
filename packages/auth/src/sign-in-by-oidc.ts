import type { SignInProvider } from "@crew/core/sessions/sign-in-provider";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import {
  askProvider,
  authorizationParameters,
  codeIn,
  type OtherProfile,
  type OtherSignIn,
  OtherSignInError,
  type ProviderFetch,
  textIn,
} from "./other-sign-in.ts";
import type { SignInFlow } from "./sign-in-flow-rows.ts";

/** Asymmetric ones alone: with a symmetric one our own client secret would sign. */
const ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"];
const METADATA_MS = 60 * 60_000;
const KEYS_MS = 5 * 60_000;

interface Metadata {
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userinfoEndpoint: string | null;
  jwksUri: string;
  takesBasic: boolean;
  saysIssuer: boolean;
}

/** Sign-in with an OpenID Connect issuer: discovery, code flow with PKCE, and an ID token that is checked in full. */
export function signInByOidc(provider: SignInProvider, fetch: ProviderFetch): OtherSignIn {
  const metadata = kept(METADATA_MS, () => discover(provider.issuer, fetch));
  const keys = kept(KEYS_MS, async () => (await askProvider(fetch, (await metadata.get()).jwksUri)) as unknown as JSONWebKeySet);

  async function verify(idToken: string, nonce: string): Promise<JWTPayload> {
    const check = async () =>
      jwtVerify(idToken, createLocalJWKSet(await keys.get()), {
        issuer: provider.issuer,
        audience: provider.clientId,
        algorithms: ALGORITHMS,
        maxTokenAge: "10 minutes",
        clockTolerance: 60,
        requiredClaims: ["exp", "iat", "sub"],
      });
    const { payload } = await check().catch((error: unknown) => {
      // The issuer may have changed its keys since we asked; once is enough to know.
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      keys.forget();
      return check();
    });
    if (payload.nonce !== nonce) throw new OtherSignInError("the ID token was made for another sign-in");
    if (payload.azp !== undefined && payload.azp !== provider.clientId)
      throw new OtherSignInError("the ID token was made for another client");
    if (Array.isArray(payload.aud) && payload.aud.length > 1 && payload.azp === undefined)
      throw new OtherSignInError("the ID token is for several clients and does not say which one asked");
    return payload;
  }

  return {
    async addressFor(flow, redirectUri) {
      const url = new URL((await metadata.get()).authorizationEndpoint);
      const parameters = { ...authorizationParameters(provider, flow, redirectUri), scope: "openid email profile", nonce: flow.nonce };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    },
    async profileOf(callback, flow, redirectUri) {
      const found = await metadata.get();
      refuseOtherIssuer(callback, provider.issuer, found.saysIssuer);
      const answer = await exchange(provider, found, fetch, { code: codeIn(callback), redirectUri, flow });
      const payload = await verify(textIn(answer.id_token, 20_000) ?? "", flow.nonce).catch((error: unknown) => {
        if (error instanceof OtherSignInError) throw error;
        throw new OtherSignInError(`the ID token is not valid: ${(error as { code?: string }).code ?? "unreadable"}`);
      });
      return profileFrom(payload, async () => userinfo(found, fetch, textIn(answer.access_token, 20_000)));
    },
  };
}

/** The mix-up of two providers (RFC 9207): who says that they answer must be whom we asked. */
function refuseOtherIssuer(callback: URLSearchParams, issuer: string, mustSay: boolean): void {
  const said = callback.getAll("iss");
  if (said.length === 0 && !mustSay) return;
  if (said.length !== 1 || said[0] !== issuer) throw new OtherSignInError("the answer comes from another issuer");
}

async function discover(issuer: string, fetch: ProviderFetch): Promise<Metadata> {
  const said = await askProvider(fetch, `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (said.issuer !== issuer) throw new OtherSignInError("the issuer calls itself by another name than CREW_OIDC_ISSUER has");
  const methods = said.token_endpoint_auth_methods_supported;
  return {
    authorizationEndpoint: endpointIn(said.authorization_endpoint, issuer),
    tokenEndpoint: endpointIn(said.token_endpoint, issuer),
    userinfoEndpoint: said.userinfo_endpoint === undefined ? null : endpointIn(said.userinfo_endpoint, issuer),
    jwksUri: endpointIn(said.jwks_uri, issuer),
    takesBasic: !Array.isArray(methods) || methods.includes("client_secret_basic"),
    saysIssuer: said.authorization_response_iss_parameter_supported === true,
  };
}

/** HTTPS, as the issuer is; only one on this machine may do without. */
function endpointIn(value: unknown, issuer: string): string {
  const url = typeof value === "string" ? URL.parse(value) : null;
  if (!url || (url.protocol !== "https:" && new URL(issuer).protocol === "https:") || !url.protocol.startsWith("http"))
    throw new OtherSignInError("the issuer's configuration lacks an endpoint, or has one without TLS");
  return url.href;
}

async function exchange(
  provider: SignInProvider,
  { tokenEndpoint, takesBasic }: Metadata,
  fetch: ProviderFetch,
  { code, redirectUri, flow }: { code: string; redirectUri: string; flow: SignInFlow },
): Promise<Record<string, unknown>> {
  const { clientId, clientSecret } = provider;
  const body = new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: flow.codeVerifier });
  const headers: Record<string, string> = { "content-type": "application/x-www-form-urlencoded" };
  if (takesBasic)
    headers.authorization = `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString("base64")}`;
  else {
    body.set("client_id", clientId);
    body.set("client_secret", clientSecret);
  }
  return askProvider(fetch, tokenEndpoint, { method: "POST", headers, body: body.toString() });
}

async function userinfo(
  { userinfoEndpoint }: Metadata,
  fetch: ProviderFetch,
  accessToken: string | null,
): Promise<Record<string, unknown>> {
  if (userinfoEndpoint === null || accessToken === null) return {};
  return askProvider(fetch, userinfoEndpoint, { headers: { authorization: `Bearer ${accessToken}` } });
}

async function profileFrom(payload: JWTPayload, more: () => Promise<Record<string, unknown>>): Promise<OtherProfile> {
  const subject = textIn(payload.sub, 255);
  if (subject === null) throw new OtherSignInError("the ID token names nobody");
  let claims: Record<string, unknown> = payload;
  if (payload.email === undefined) {
    const found = await more();
    // Claims of somebody else must not be taken for this one's.
    if (found.sub === subject) claims = found;
  }
  return { subject, email: textIn(claims.email), isVerified: claims.email_verified === true, name: textIn(claims.name, 200) };
}

/** A value that is asked for at most once per `forMs`, and again after a failure. */
function kept<T>(forMs: number, ask: () => Promise<T>): { get(): Promise<T>; forget(): void } {
  let value: Promise<T> | undefined;
  let until = 0;
  return {
    get() {
      if (value && performance.now() < until) return value;
      until = performance.now() + forMs;
      const asked = ask();
      value = asked;
      asked.catch(() => {
        if (value === asked) value = undefined;
      });
      return asked;
    },
    forget() {
      value = undefined;
    },
  };
}
