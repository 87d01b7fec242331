import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OtherSignIn, OtherSignInError } from "./other-sign-in.ts";
import { signInByGithub } from "./sign-in-by-github.ts";
import { signInByOidc } from "./sign-in-by-oidc.ts";

const FLOW = { nonce: "the-nonce", codeVerifier: "verifier", callbackPath: "/" };
const REDIRECT = "http://localhost:3000/api/auth/callback/x";
const CALLBACK = new URLSearchParams({ code: "code" });
const SECRET = "a client secret that is long enough for HS256";

/** Answers JSON by path; what it answers is the test's to say. */
const answers = new Map<string, unknown>();
const asked: { path: string; body: string; authorization: string | undefined }[] = [];
let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    asked.push({ path: request.url ?? "", body: await textOf(request), authorization: request.headers.authorization });
    const answer = answers.get(request.url ?? "");
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

const refused = (way: OtherSignIn) => expect(way.profileOf(CALLBACK, FLOW, REDIRECT)).rejects.toThrow(OtherSignInError);

describe("an ID token", () => {
  async function setUp() {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const stranger = await generateKeyPair("ES256");
    const rsa = await generateKeyPair("RS256");
    answers.set("/jwks", { keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "ES256", use: "sig" }] });
    answers.set("/.well-known/openid-configuration", {
      issuer: origin,
      authorization_endpoint: `${origin}/auth`,
      token_endpoint: `${origin}/token`,
      jwks_uri: `${origin}/jwks`,
    });
    const provider = { id: "oidc", name: "Team", kind: "oidc" as const, issuer: origin, clientId: "crews", clientSecret: SECRET };
    const claims = { nonce: FLOW.nonce, email: "ada@example.test", email_verified: true };
    const build = (over: Record<string, unknown> = {}) => {
      const now = Math.floor(Date.now() / 1_000);
      return new SignJWT({ iss: origin, aud: "crews", sub: "ada", iat: now, exp: now + 300, ...claims, ...over });
    };
    return { way: signInByOidc(provider, fetch), build, privateKey, publicKey, stranger, rsa, provider };
  }

  test("of the issuer is believed", async () => {
    const { way, build, privateKey } = await setUp();
    answers.set("/token", { id_token: await build().setProtectedHeader({ alg: "ES256", kid: "one" }).sign(privateKey) });
    expect(await way.profileOf(CALLBACK, FLOW, REDIRECT)).toEqual({
      subject: "ada",
      email: "ada@example.test",
      isVerified: true,
      name: null,
    });
    const exchange = asked.findLast(({ path }) => path === "/token");
    expect(exchange?.authorization).toMatch(/^Basic /);
    expect(exchange?.body).toContain("code_verifier=verifier");
    expect(exchange?.body).not.toContain("client_secret");
  });

  test("T-04 that is forged, old, somebody else's or for somebody else is not [ASVS 6.8.2] [ASVS 9.1.2, 10.5.4]", async () => {
    const { way, build, privateKey, publicKey, stranger, rsa } = await setUp();
    const now = Math.floor(Date.now() / 1_000);
    const header = { alg: "ES256", kid: "one" };
    const signed = (over: Record<string, unknown>) => build(over).setProtectedHeader(header).sign(privateKey);
    const good = await signed({});
    const [head = "", body = "", signature = ""] = good.split(".");
    const spki = Buffer.from(JSON.stringify(await exportJWK(publicKey)));
    const forged: Record<string, unknown> = {
      none: new UnsecuredJWT({ iss: origin, aud: "crews", sub: "ada", nonce: FLOW.nonce, iat: now, exp: now + 60 }).encode(),
      "HS256 with our own secret": await build().setProtectedHeader({ alg: "HS256", kid: "one" }).sign(Buffer.from(SECRET)),
      "HS256 with the public key": await build().setProtectedHeader({ alg: "HS256", kid: "one" }).sign(spki),
      "another's key": await build().setProtectedHeader(header).sign(stranger.privateKey),
      "another's key under another algorithm": await build().setProtectedHeader({ alg: "RS256", kid: "one" }).sign(rsa.privateKey),
      "a key of its own": await build()
        .setProtectedHeader({ ...header, kid: "two", jwk: await exportJWK(stranger.publicKey) })
        .sign(stranger.privateKey),
      "an address for keys": await build()
        .setProtectedHeader({ ...header, kid: "two", jku: `${origin}/jwks` })
        .sign(stranger.privateKey),
      "other claims": `${head}.${Buffer.from(JSON.stringify({ sub: "eve" })).toString("base64url")}.${signature}`,
      "no signature": `${head}.${body}.`,
      "another issuer": await signed({ iss: "https://evil.example" }),
      "the issuer with a slash": await signed({ iss: `${origin}/` }),
      "another audience": await signed({ aud: "others" }),
      "several audiences": await signed({ aud: ["crews", "others"] }),
      "another party": await signed({ aud: ["crews", "others"], azp: "others" }),
      "another nonce": await signed({ nonce: "another" }),
      "no nonce": await signed({ nonce: undefined }),
      over: await signed({ iat: now - 400, exp: now - 100 }),
      "an hour old": await signed({ iat: now - 3_600, exp: now + 60 }),
      "no end": await signed({ exp: undefined }),
      "from tomorrow": await signed({ nbf: now + 86_400 }),
      nobody: await signed({ sub: undefined }),
      "an empty subject": await signed({ sub: "" }),
      "a number": 7,
      nothing: undefined,
      text: "x.y.z",
    };
    expect(Object.keys(forged)).toHaveLength(25);
    for (const [what, id_token] of Object.entries(forged)) {
      answers.set("/token", { id_token });
      await expect(way.profileOf(CALLBACK, FLOW, REDIRECT), what).rejects.toThrow(OtherSignInError);
    }
    answers.set("/token", { id_token: good });
    expect((await way.profileOf(CALLBACK, FLOW, REDIRECT)).subject).toBe("ada");
  });

  test("an address counts as verified only when the issuer says so outright", async () => {
    const { way, build, privateKey } = await setUp();
    for (const email_verified of ["true", 1, "yes", undefined, false]) {
      answers.set("/token", {
        id_token: await build({ email_verified }).setProtectedHeader({ alg: "ES256", kid: "one" }).sign(privateKey),
      });
      expect((await way.profileOf(CALLBACK, FLOW, REDIRECT)).isVerified).toBe(false);
    }
  });

  test("T-10 an issuer by another name, without TLS, or with too much to say is not used [ASVS 10.5.3]", async () => {
    const { provider } = await setUp();
    const good = answers.get("/.well-known/openid-configuration") as object;
    for (const wrong of [
      { ...good, issuer: "https://evil.example" },
      { ...good, token_endpoint: "file:///etc/passwd" },
      { ...good, jwks_uri: undefined },
      [],
      "x".repeat(300_000),
      "[".repeat(10_000),
    ]) {
      answers.set("/.well-known/openid-configuration", wrong);
      await expect(signInByOidc(provider, fetch).addressFor({ ...FLOW, state: "s" }, REDIRECT)).rejects.toThrow(OtherSignInError);
    }
  });
});

describe("GitHub", () => {
  const way = () =>
    signInByGithub(
      { id: "github", name: "GitHub", kind: "github", issuer: origin, clientId: "crews", clientSecret: SECRET },
      fetch,
      origin,
    );
  const addresses = [
    { email: "old@example.test", primary: false, verified: true },
    { email: "ada@example.test", primary: true, verified: true },
  ];

  test("somebody is their number, and their address the primary one that is verified", async () => {
    answers.set("/login/oauth/access_token", { access_token: "t" });
    answers.set("/user", { id: 42, login: "ada", name: null, email: "shown@example.test" });
    answers.set("/user/emails", addresses);
    expect(await way().profileOf(CALLBACK, FLOW, REDIRECT)).toEqual({
      subject: "42",
      email: "ada@example.test",
      isVerified: true,
      name: "ada",
    });
    answers.set("/user/emails", [{ ...addresses[1], verified: false }, addresses[0]]);
    expect(await way().profileOf(CALLBACK, FLOW, REDIRECT)).toMatchObject({ email: null, isVerified: false });
    const url = new URL(await way().addressFor({ ...FLOW, state: "s" }, REDIRECT));
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: "crews",
      redirect_uri: REDIRECT,
      state: "s",
      code_challenge_method: "S256",
    });
  });

  test("an answer without a token, a number or sense signs nobody in", async () => {
    answers.set("/login/oauth/access_token", { error: "bad_verification_code" });
    await refused(way());
    answers.set("/login/oauth/access_token", { access_token: "t" });
    for (const user of [{ id: "42" }, { id: null }, {}, { id: 1.5 }, "no json"]) {
      answers.set("/user", user);
      await refused(way());
    }
  });
});
