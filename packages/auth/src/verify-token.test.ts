import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { CompactEncrypt } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Auth } from "./auth-system.ts";
import { openAuth } from "./open-auth.ts";

let system: TestSystem;
let auth: Auth;
let good: { header: Fields; claims: Fields; token: string };
let key: KeyObject;

type Fields = Record<string, unknown>;

beforeAll(async () => {
  system = await openTestSystem();
  auth = openAuth(system);
  const actor = await createActor(system);
  const { rows } = await system.pool.query<{ id: string }>(
    "INSERT INTO sessions (id, user_id, token_hash, expires_at) SELECT gen_random_uuid(), id, 'forged', now() + interval '1 day' FROM users WHERE email = $1 RETURNING id",
    [`${actor.userId}@example.test`],
  );
  const { token } = await auth.tokens.issue({ ...actor, sessionId: rows[0]?.id ?? "" });
  const [header = "", claims = ""] = token.split(".");
  good = { header: JSON.parse(decoded(header)), claims: JSON.parse(decoded(claims)), token };
  key = (await auth.tokens.keys.current()).privateKey;
});
afterAll(() => system[Symbol.asyncDispose]());

const encoded = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const decoded = (part: string) => Buffer.from(part, "base64url").toString();
const now = () => Math.floor(Date.now() / 1_000);

/** With our own key unless another is given, so that nothing but what was changed can be the reason of a refusal. */
function signed(header: Fields | string, claims: unknown, by: KeyObject = key): string {
  const input = `${encoded(header)}.${encoded(claims)}`;
  return `${input}.${sign(null, Buffer.from(input), by).toString("base64url")}`;
}
const withHeader = (change: Fields) => signed({ ...good.header, ...change }, good.claims);
const withClaims = (change: Fields) => signed(good.header, { ...good.claims, ...change });
const without = (name: string) => signed(good.header, Object.fromEntries(Object.entries(good.claims).filter(([each]) => each !== name)));
const unsigned = (alg: string) => `${encoded({ ...good.header, alg })}.${encoded(good.claims)}.`;
const parts = () => good.token.split(".") as [string, string, string];
const other = () => generateKeyPairSync("ed25519");
function hmac(alg: string, secret: string | Buffer): string {
  const input = `${encoded({ ...good.header, alg })}.${encoded(good.claims)}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}
function flipped(part: 0 | 1 | 2, at: number): string {
  const all = parts();
  const bytes = Buffer.from(all[part], "base64url");
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  all[part] = bytes.toString("base64url");
  return all.join(".");
}
/** The same bytes, spelled in another way: the last character of a signature has four spare bits. */
function respelled(): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(good.token.at(-1) ?? "");
  return good.token.slice(0, -1) + alphabet[last ^ 1];
}
const publicPem = () => createPublicKey(key).export({ type: "spki", format: "pem" }).toString();

const FORGED: Record<string, () => string | Promise<string>> = {
  "alg none": () => unsigned("none"),
  "alg None": () => unsigned("None"),
  "alg NONE": () => unsigned("NONE"),
  "alg nOnE with the old signature": () => `${unsigned("nOnE")}${parts()[2]}`,
  "no alg": () => signed({ typ: "at+jwt", kid: good.header.kid }, good.claims),
  "HS256 with the public key as PEM": () => hmac("HS256", publicPem()),
  "HS256 with the public key's bytes": () => hmac("HS256", createPublicKey(key).export({ type: "spki", format: "der" })),
  "HS256 with an empty secret": () => hmac("HS256", ""),
  "alg RS256 on our signature": () => withHeader({ alg: "RS256" }),
  "alg Ed25519, which is no name that we use": () => withHeader({ alg: "Ed25519" }),
  "typ JWT": () => withHeader({ typ: "JWT" }),
  "no typ": () => signed({ alg: "EdDSA", kid: good.header.kid }, good.claims),
  "another audience": () => withClaims({ aud: "https://other.example/v1" }),
  "many audiences": () => withClaims({ aud: [good.claims.aud, "https://other.example/v1"] }),
  "the audience with a slash": () => withClaims({ aud: `${good.claims.aud}/` }),
  "another issuer": () => withClaims({ iss: "https://other.example" }),
  "over past the leeway": () => withClaims({ iat: now() - 100, nbf: now() - 100, exp: now() - 7 }),
  "not yet begun": () => withClaims({ nbf: now() + 60 }),
  "issued in the future": () => withClaims({ iat: now() + 60, nbf: now() + 60, exp: now() + 600 }),
  "valid for a year": () => withClaims({ exp: now() + 365 * 86_400 }),
  "exp as text": () => withClaims({ exp: String(now() + 300) }),
  "no exp": () => without("exp"),
  "no nbf": () => without("nbf"),
  "no iat": () => without("iat"),
  "no jti": () => without("jti"),
  "no sub": () => without("sub"),
  "no aud": () => without("aud"),
  "no iss": () => without("iss"),
  "no workspace": () => without("workspace"),
  "no session and no app": () => without("sid"),
  "a role that does not exist": () => withClaims({ role: "root" }),
  "a claim that we do not write": () => withClaims({ admin: true }),
  "kid as a path": () => withHeader({ kid: "../../../../dev/null" }),
  "kid as SQL": () => withHeader({ kid: "x' UNION SELECT 'secret' --" }),
  "kid empty": () => withHeader({ kid: "" }),
  "kid of no key": () => withHeader({ kid: "A".repeat(43) }),
  "kid as a number": () => withHeader({ kid: 1 }),
  "no kid": () => signed({ alg: "EdDSA", typ: "at+jwt" }, good.claims),
  "the forger's own key in the header": () => {
    const { privateKey, publicKey } = other();
    return signed({ ...good.header, jwk: publicKey.export({ format: "jwk" }) }, good.claims, privateKey);
  },
  "jku in the header": () => withHeader({ jku: "https://evil.example/jwks.json" }),
  "x5u in the header": () => withHeader({ x5u: "https://evil.example/cert.pem" }),
  "x5c in the header": () => withHeader({ x5c: ["MII="] }),
  "crit in the header": () => withHeader({ crit: ["exp"], exp: now() + 60 }),
  "b64 false": () => withHeader({ b64: false, crit: ["b64"] }),
  "compressed payload named": () => withHeader({ zip: "DEF" }),
  "a bit of the signature flipped": () => flipped(2, 0),
  "the last bit of the signature flipped": () => flipped(2, 63),
  "a bit of the payload flipped": () => flipped(1, 20),
  "a bit of the header flipped": () => flipped(0, 10),
  "the signature in another spelling": respelled,
  "another Ed25519 key under our kid": () => signed(good.header, good.claims, other().privateKey),
  "truncated signature": () => good.token.slice(0, -20),
  "no signature": () => `${parts()[0]}.${parts()[1]}.`,
  "two dots and nothing": () => "..",
  "two parts": () => `${parts()[0]}.${parts()[1]}`,
  "four parts": () => `${good.token}.${parts()[2]}`,
  "detached payload": () => `${parts()[0]}..${parts()[2]}`,
  "padded parts": () => `${parts()[0]}=.${parts()[1]}.${parts()[2]}`,
  "a space inside": () => good.token.replace(".", ". "),
  "a token in a token": () => signed({ ...good.header, cty: "JWT" }, good.token),
  "a token as the payload": () => signed(good.header, JSON.stringify(good.token)),
  "a claim that stands twice": () =>
    signed(good.header, JSON.stringify(good.claims).replace(/^\{/, '{"sub":"user_00000000000000000000000000",')),
  "a header field that stands twice": () => signed(JSON.stringify(good.header).replace(/^\{/, '{"alg":"none",'), good.claims),
  "a list as payload": () => signed(good.header, [good.claims]),
  "null as payload": () => signed(good.header, null),
  "an encrypted token": () =>
    new CompactEncrypt(Buffer.from(JSON.stringify(good.claims)))
      .setProtectedHeader({ alg: "dir", enc: "A256GCM", typ: "at+jwt", kid: String(good.header.kid) })
      .encrypt(new Uint8Array(32)),
  "JSON serialization": () => JSON.stringify({ protected: parts()[0], payload: parts()[1], signature: parts()[2] }),
  "9 kB": () => withClaims({ name: "x".repeat(9_000) }),
};

test("the token that the forgeries start from is accepted", async () => {
  expect(await auth.tokens.identify(good.token, "write")).toMatchObject({ kind: "user", userId: good.claims.sub });
  expect(signed(good.header, good.claims)).toBe(good.token);
});

test.each(Object.keys(FORGED))("T-04 a forged token is refused: %s [ASVS 9.1.1, 9.1.2, 9.1.3, 9.2.1, 9.2.2, 9.2.3]", async (name) => {
  const forged = await FORGED[name]?.();
  expect(await auth.tokens.verify(forged ?? "")).toBeUndefined();
  expect(await auth.tokens.identify(forged ?? "", "read")).toBeUndefined();
});

test("T-04 there are at least 25 forgeries, each another text", async () => {
  const texts = await Promise.all(Object.values(FORGED).map((forge) => forge()));
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.length).toBeGreaterThanOrEqual(25);
});

test("clocks may be five seconds apart and no more [ASVS 9.2.1]", async () => {
  const at = (seconds: number) => withClaims({ iat: now() - 100, nbf: now() - 100, exp: now() + seconds });
  expect(await auth.tokens.verify(at(-3))).toBeDefined();
  expect(await auth.tokens.verify(at(-7))).toBeUndefined();
});
