import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type Configuration, type JWK } from "oidc-provider";

export interface IssuerPerson {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}

export interface TestIssuer extends AsyncDisposable {
  issuer: string;
  /** For CREW_EGRESS_ALLOW: the issuer is on loopback. */
  allow: string;
  clientId: string;
  clientSecret: string;
  /** Requests to its token endpoint. */
  exchanges: number;
  /** Whom its sign-in page lets in from now on. */
  person: IssuerPerson;
  /** What a browser does with the address that it is sent to: signs in there, and is sent back to the answered address. */
  visit(address: string): Promise<URL>;
}

/** A real OpenID Connect issuer on loopback, whose people sign in without being asked anything. */
export async function startTestIssuer(redirectUri: string): Promise<TestIssuer> {
  const server = createServer();
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await listening;
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const client = { clientId: "crews", clientSecret: "a secret of the test issuer, long enough" };
  const known = new Map<string, IssuerPerson>();
  const provider = new Provider(issuer, configurationFor(client, redirectUri, known));
  const answer = provider.callback();
  const it: TestIssuer = {
    issuer,
    allow: `127.0.0.1:${port}`,
    ...client,
    exchanges: 0,
    person: { sub: "nobody" },
    visit: (address) => visit(address, issuer),
    async [Symbol.asyncDispose]() {
      const { promise, resolve: closed } = Promise.withResolvers<void>();
      server.close(() => closed());
      server.closeAllConnections();
      await promise;
    },
  };
  server.on("request", (request, response) => {
    if (request.url?.startsWith("/token")) it.exchanges++;
    if (!request.url?.startsWith("/interaction/")) return void answer(request, response);
    known.set(it.person.sub, it.person);
    void provider.interactionFinished(request, response, { login: { accountId: it.person.sub } }, { mergeWithLastSubmission: false });
  });
  return it;
}

function configurationFor(
  client: { clientId: string; clientSecret: string },
  redirectUri: string,
  known: Map<string, IssuerPerson>,
): Configuration {
  return {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [redirectUri],
        response_types: ["code"],
        grant_types: ["authorization_code"],
        id_token_signed_response_alg: "ES256",
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["a key of the test issuer"] },
    features: { devInteractions: { enabled: false } },
    jwks: { keys: [signingKey()] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    pkce: { required: () => true },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    async findAccount(_context, sub) {
      const person = known.get(sub);
      return person && { accountId: sub, claims: async () => ({ ...person }) };
    },
    // Nobody is asked whether they consent.
    async loadExistingGrant(context) {
      const { oidc } = context;
      const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.session?.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  };
}

function signingKey() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "ES256", kid: "test" } as JWK;
}

async function visit(address: string, issuer: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(address);
  for (let hops = 0; hops < 10; hops++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";", 1);
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    const location = response.headers.get("location");
    if (location === null) throw new Error(`the issuer answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
    url = new URL(location, url);
    if (url.origin !== issuer) return url;
  }
  throw new Error("the issuer leads in circles");
}
