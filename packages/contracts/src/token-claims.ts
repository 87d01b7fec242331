import { z } from "zod";
import { OAuthClientId, OAuthGrantId, UserId, WorkspaceId } from "./ids.ts";
import { MemberRole, Permission } from "./permissions.ts";

export const TOKEN_SECONDS = 10 * 60;
/** How far the clocks of two of our machines may be apart. */
export const LEEWAY_SECONDS = 5;
/** The only one; whatever else a token names is refused before a key is looked up. */
export const TOKEN_ALGORITHM = "EdDSA";
/** RFC 9068: told apart by it from every other JWT, such as an ID token. */
export const TOKEN_TYPE = "at+jwt";

/** Whom a token is for unless it says otherwise: the API. */
export function apiAudience(publicUrl: string): string {
  return `${new URL(publicUrl).origin}/v1`;
}

export function tokenIssuer(publicUrl: string): string {
  return new URL(publicUrl).origin;
}

const second = z.int().positive();

const everyToken = {
  iss: z.string(),
  aud: z.string(),
  sub: UserId,
  exp: second,
  nbf: second,
  iat: second,
  jti: z.string().min(16).max(80),
  workspace: WorkspaceId,
  role: MemberRole,
  name: z.string(),
};

/** Of a person who is signed in. */
export const SessionClaims = z.strictObject({ ...everyToken, sid: z.uuid(), permissions: z.array(Permission) });
export type SessionClaims = z.infer<typeof SessionClaims>;

/** Of an app: for the person who gave it `grant`, or without one for its own maker. */
export const AppClaims = z.strictObject({
  ...everyToken,
  client_id: OAuthClientId,
  grant: OAuthGrantId.optional(),
  scope: z.string().max(2_000),
});
export type AppClaims = z.infer<typeof AppClaims>;

export const TokenClaims = z.union([SessionClaims, AppClaims]);
export type TokenClaims = z.infer<typeof TokenClaims>;
