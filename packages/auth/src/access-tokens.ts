import type { Permission } from "@crew/contracts/permissions";
import { apiAudience, TOKEN_ALGORITHM, TOKEN_SECONDS, TOKEN_TYPE, type TokenClaims, tokenIssuer } from "@crew/contracts/token-claims";
import type { AccessToken } from "@crew/contracts/tokens";
import type { Actor } from "@crew/core/access/actor";
import { permissionsOf, permissionsWithin } from "@crew/core/access/require-permission";
import { AppError } from "@crew/core/app-error";
import { freshRowId } from "@crew/core/sessions/fresh-row-id";
import type { System } from "@crew/core/system";
import { SignJWT } from "jose";
import { type SigningKeyRing, signingKeyRing } from "./signing-key-ring.ts";
import { type TokenUse, tokenStandings } from "./token-standings.ts";
import { verifyToken } from "./verify-token.ts";

export interface AccessTokens {
  keys: SigningKeyRing;
  /** A token for the session behind `actor`. Throws `forbidden` without one. */
  issue(actor: Actor): Promise<AccessToken>;
  /** The claims of a token of ours, without a look at what was revoked since. */
  verify(token: string, audience?: string): Promise<TokenClaims | undefined>;
  /** Who shows the token, with today's rights; `undefined`: not one of ours, or it counts no more. */
  identify(token: string, use: TokenUse, audience?: string): Promise<Actor | undefined>;
}

/** Short tokens that any of our processes can check by itself. */
export function accessTokens(system: System): AccessTokens {
  const keys = signingKeyRing(system);
  const standings = tokenStandings(system);
  const { publicUrl } = system.installation;
  const issuer = tokenIssuer(publicUrl);
  const verify: AccessTokens["verify"] = (token, audience = apiAudience(publicUrl)) =>
    verifyToken(keys, { issuer, audience, now: system.now() }, token);

  return {
    keys,
    verify,
    async issue(actor) {
      if (actor.kind !== "user" || !actor.sessionId) throw new AppError("forbidden", "Only a session can be exchanged for a token.");
      if (actor.lacksSecondFactor)
        throw new AppError("forbidden", "This workspace asks for a second factor. Set one up, then get a token.");
      const { keyId, privateKey } = await keys.current();
      const seconds = Math.floor(system.now().getTime() / 1_000);
      const token = await new SignJWT({
        iss: issuer,
        aud: apiAudience(publicUrl),
        sub: actor.userId,
        exp: seconds + TOKEN_SECONDS,
        nbf: seconds,
        iat: seconds,
        jti: freshRowId(system),
        sid: actor.sessionId,
        workspace: actor.workspaceId,
        role: actor.role,
        permissions: [...actor.permissions],
        name: actor.name,
      })
        .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid: keyId })
        .sign(privateKey);
      return { token, tokenType: "Bearer", expiresAt: new Date((seconds + TOKEN_SECONDS) * 1_000).toISOString() };
    },
    async identify(token, use, audience) {
      const claims = await verify(token, audience);
      const standing = claims && (await standings.of(claims, use));
      if (!claims || !standing) return undefined;
      const today = permissionsOf(standing.role, standing.customPermissions);
      // A person's own token follows their role, up and down; an app's never holds more than what was given.
      if ("sid" in claims) return actorOf(claims, today, standing);
      const given = permissionsWithin(claims.scope.split(" ") as Permission[], standing.scopes ?? []);
      return actorOf(claims, permissionsWithin(given, today), standing);
    },
  };
}

function actorOf(
  claims: TokenClaims,
  permissions: readonly Permission[],
  { name, role, lacksSecondFactor }: Pick<Actor, "name" | "role" | "lacksSecondFactor">,
): Actor {
  const own = { userId: claims.sub, apiKeyId: null, name, workspaceId: claims.workspace, role, permissions };
  const owes = lacksSecondFactor ? { lacksSecondFactor } : {};
  if ("sid" in claims) return { kind: "user", ...own, sessionId: null, tokenSessionId: claims.sid, ...owes };
  return { kind: "oauth_client", ...own, oauthClientId: claims.client_id, oauthGrantId: claims.grant ?? null, ...owes };
}
