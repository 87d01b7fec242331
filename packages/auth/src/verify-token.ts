import { LEEWAY_SECONDS, TOKEN_ALGORITHM, TOKEN_SECONDS, TOKEN_TYPE, TokenClaims } from "@crew/contracts/token-claims";
import { jwtVerify } from "jose";
import type { SigningKeyRing } from "./signing-key-ring.ts";

const MAX_LENGTH = 8_192;
const KEY_ID = /^[A-Za-z0-9_-]{43}$/;

/**
 * The claims of a token that we signed for `audience` and whose time has come and not passed; `undefined` for anything
 * else. Only the exact form that we write is read: what two parsers could understand in two ways is refused.
 */
export async function verifyToken(
  ring: SigningKeyRing,
  expected: { issuer: string; audience: string; now: Date },
  token: string,
): Promise<TokenClaims | undefined> {
  const keyId = keyIdOf(token);
  const key = keyId && (await ring.find(keyId));
  if (!key) return undefined;
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [TOKEN_ALGORITHM],
      typ: TOKEN_TYPE,
      issuer: expected.issuer,
      audience: expected.audience,
      clockTolerance: LEEWAY_SECONDS,
      maxTokenAge: TOKEN_SECONDS,
      currentDate: expected.now,
      requiredClaims: ["iss", "aud", "sub", "exp", "nbf", "iat", "jti"],
    });
    const claims = TokenClaims.safeParse(payload);
    if (!claims.success || claims.data.exp - claims.data.iat > TOKEN_SECONDS) return undefined;
    return claims.data;
  } catch {
    return undefined;
  }
}

/** The key that the header names, when the token has the form of ours: a compact JWS with these three header fields alone. */
function keyIdOf(token: string): string | undefined {
  if (token.length > MAX_LENGTH) return undefined;
  const parts = token.split(".");
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature) return undefined;
  if (!isCanonical(signature)) return undefined;
  const fields = objectOf(header);
  if (!fields || !objectOf(payload)) return undefined;
  const { alg, typ, kid, ...others } = fields;
  if (alg !== TOKEN_ALGORITHM || typ !== TOKEN_TYPE || Object.keys(others).length > 0) return undefined;
  return typeof kid === "string" && KEY_ID.test(kid) ? kid : undefined;
}

/** Decoders overlook spare bits and strange characters, so that one signature could be written in many ways. */
function isCanonical(text: string): boolean {
  return Buffer.from(text, "base64url").toString("base64url") === text;
}

/** Written back it must give the same text: a name that stands twice would not. */
function objectOf(part: string): Record<string, unknown> | undefined {
  if (!isCanonical(part)) return undefined;
  try {
    const text = Buffer.from(part, "base64url").toString("utf8");
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject && JSON.stringify(value) === text ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
