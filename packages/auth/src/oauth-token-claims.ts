import { permissionsOfScope } from "@crew/contracts/oauth-scopes";
import type { AppClaims } from "@crew/contracts/token-claims";
import { permissionsOf, permissionsWithin } from "@crew/core/access/require-permission";
import type { System } from "@crew/core/system";
import { errors, type JWTStructured } from "oidc-provider";
import { findAppHolder } from "./oauth-app-rows.ts";

/** The parts of an access token that the library has decided on. */
export interface TokenToBe {
  kind: string;
  grantId?: string | undefined;
  clientId?: string | undefined;
  scope?: string | undefined;
}

/**
 * Gives a token of an app the form of all our tokens, with what the app was given, may have and its person has today. A
 * token is never worth more than the person.
 */
export async function writeTokenClaims(system: Pick<System, "statements">, token: TokenToBe, structured: JWTStructured): Promise<void> {
  const isAlone = token.kind === "ClientCredentials";
  const holder = await findAppHolder(system, isAlone ? { clientId: token.clientId ?? "" } : { grantId: token.grantId ?? "" });
  if (!holder) throw new errors.InvalidGrant("the person who gave access is no member of the workspace any more");
  if (holder.lacksSecondFactor) throw new errors.InvalidGrant("the workspace asks for a second factor, which the person does not have");
  const allowed = permissionsWithin(holder.scopes, permissionsOf(holder.role, holder.customPermissions));
  const granted = isAlone && !token.scope ? allowed : permissionsWithin(permissionsOfScope(token.scope ?? ""), allowed);
  if (granted.length === 0) throw new errors.InvalidScope("nothing of what is asked can be given", token.scope ?? "");
  const { iss, aud, exp, iat, jti } = structured.payload;
  // The library puts it into its answer: what was asked need not be what is given.
  token.scope = granted.join(" ");
  structured.payload = {
    iss,
    aud,
    sub: holder.userId,
    exp,
    nbf: iat,
    iat,
    jti,
    workspace: holder.workspaceId,
    role: holder.role,
    name: holder.appName.slice(0, 80),
    client_id: token.clientId,
    ...(!isAlone && { grant: token.grantId }),
    scope: token.scope,
  } satisfies Partial<Record<keyof AppClaims, unknown>>;
}
