import { createHash } from "node:crypto";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { MemberRole, Permission } from "@crew/contracts/permissions";
import type { TokenClaims } from "@crew/contracts/token-claims";
import type { Statement, System } from "@crew/core/system";

/** What is true today of whom a token speaks. */
export interface StandingRow {
  name: string;
  role: MemberRole;
  customPermissions: Permission[] | null;
  lacksSecondFactor: boolean;
  /** Of an app; null: a person's own. */
  scopes: Permission[] | null;
}

const MEMBER = `m.role, r.permissions AS "customPermissions",
    w.requires_second_factor AND NOT EXISTS (
      SELECT FROM second_factors f WHERE f.user_id = u.id AND f.enabled_at IS NOT NULL) AS "lacksSecondFactor"`;
const MEMBERSHIP = `JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL JOIN workspaces w ON w.id = m.workspace_id
  LEFT JOIN custom_roles r ON r.id = m.custom_role_id`;

const OF_SESSION: Statement = {
  name: "standing-of-session",
  text: `SELECT u.name, ${MEMBER}, NULL::text[] AS scopes
  FROM sessions s JOIN workspace_members m ON m.user_id = s.user_id AND m.workspace_id = $3 ${MEMBERSHIP}
  WHERE s.id = $1 AND s.user_id = $2 AND s.expires_at > now()`,
};

const OF_GRANT: Statement = {
  name: "standing-of-grant",
  text: `SELECT c.name, ${MEMBER}, ARRAY(SELECT unnest(g.scopes) INTERSECT SELECT unnest(c.scopes)) AS scopes
  FROM oauth_grants g JOIN oauth_clients c ON c.id = g.client_id
  JOIN workspace_members m ON m.workspace_id = g.workspace_id AND m.user_id = g.user_id ${MEMBERSHIP}
  WHERE g.id = $1 AND g.user_id = $2 AND g.workspace_id = $3 AND g.client_id = $4`,
};

const OF_APP_ALONE: Statement = {
  name: "standing-of-app-alone",
  text: `SELECT c.name, ${MEMBER}, c.scopes
  FROM oauth_clients c JOIN workspace_members m ON m.workspace_id = c.workspace_id AND m.user_id = c.created_by ${MEMBERSHIP}
  WHERE c.id = $1 AND c.created_by = $2 AND c.workspace_id = $3 AND c.acts_alone
    AND NOT EXISTS (SELECT FROM oauth_artifacts WHERE kind = 'EndedToken' AND id_hash = $4)`,
};

export function hashOfToken(id: string): Buffer {
  return createHash("sha256").update(id).digest();
}

/** `undefined`: the session, the grant, the app or the membership behind the token is no more. */
export async function findStanding(system: Pick<System, "statements">, claims: TokenClaims): Promise<StandingRow | undefined> {
  const person = [uuidFromTypeId(claims.sub), uuidFromTypeId(claims.workspace)];
  const find = (statement: Statement, first: string, ...rest: unknown[]) =>
    system.statements.run<StandingRow>(statement, [first, ...person, ...rest]);
  if ("sid" in claims) return (await find(OF_SESSION, claims.sid))[0];
  const client = uuidFromTypeId(claims.client_id);
  if (claims.grant) return (await find(OF_GRANT, uuidFromTypeId(claims.grant), client))[0];
  return (await find(OF_APP_ALONE, client, hashOfToken(claims.jti)))[0];
}
