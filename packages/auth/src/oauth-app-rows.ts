import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { MemberRole, Permission } from "@crew/contracts/permissions";
import type { Statement, System } from "@crew/core/system";

type Needs = Pick<System, "statements">;

export interface AppRow {
  name: string;
  kind: "confidential" | "public";
  redirectUris: string[];
  actsAlone: boolean;
  secretHash: Buffer | null;
}

const FIND_APP: Statement = {
  name: "find-oauth-app",
  text: `SELECT name, kind, redirect_uris AS "redirectUris", acts_alone AS "actsAlone", secret_hash AS "secretHash"
    FROM oauth_clients WHERE id = $1`,
};

const FIND_GRANT: Statement = {
  name: "find-oauth-grant",
  text: `SELECT user_id AS "userId", client_id AS "clientId", extract(epoch FROM created_at)::int AS "createdAt" FROM oauth_grants WHERE id = $1`,
};

/** For whom an app may act: a person and what is theirs today in the workspace. */
export interface AppHolder {
  userId: string;
  workspaceId: string;
  appName: string;
  /** What the app was given there, no more than it may have at all. */
  scopes: Permission[];
  role: MemberRole;
  customPermissions: Permission[] | null;
  lacksSecondFactor: boolean;
}

const HOLDER = `m.user_id AS "userId", m.workspace_id AS "workspaceId", c.name AS "appName", m.role, r.permissions AS "customPermissions",
    w.requires_second_factor AND NOT EXISTS (
      SELECT FROM second_factors f WHERE f.user_id = u.id AND f.enabled_at IS NOT NULL) AS "lacksSecondFactor"`;
const MEMBERSHIP = `JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL JOIN workspaces w ON w.id = m.workspace_id
  LEFT JOIN custom_roles r ON r.id = m.custom_role_id`;

const HOLDER_OF_GRANT: Statement = {
  name: "holder-of-oauth-grant",
  text: `WITH used AS (UPDATE oauth_grants SET last_used_at = now() WHERE id = $1)
  SELECT ${HOLDER}, ARRAY(SELECT unnest(g.scopes) INTERSECT SELECT unnest(c.scopes)) AS scopes
  FROM oauth_grants g JOIN oauth_clients c ON c.id = g.client_id
  JOIN workspace_members m ON m.workspace_id = g.workspace_id AND m.user_id = g.user_id ${MEMBERSHIP} WHERE g.id = $1`,
};

const HOLDER_OF_APP: Statement = {
  name: "holder-of-oauth-app",
  text: `WITH used AS (UPDATE oauth_clients SET last_used_at = now() WHERE id = $1)
  SELECT ${HOLDER}, c.scopes
  FROM oauth_clients c JOIN workspace_members m ON m.workspace_id = c.workspace_id AND m.user_id = c.created_by ${MEMBERSHIP}
  WHERE c.id = $1 AND c.acts_alone`,
};

export async function findApp(system: Needs, clientId: string): Promise<AppRow | undefined> {
  const [row] = await system.statements.run<AppRow>(FIND_APP, [uuidFromTypeId(clientId)]);
  return row;
}

/** With the ids as they are on the wire. */
export async function findGrant(
  system: Needs,
  grantId: string,
): Promise<{ accountId: string; clientId: string; createdAt: number } | undefined> {
  const [row] = await system.statements.run<{ userId: string; clientId: string; createdAt: number }>(FIND_GRANT, [uuidFromTypeId(grantId)]);
  if (!row) return undefined;
  return { accountId: typeIdFromUuid("user", row.userId), clientId: typeIdFromUuid("client", row.clientId), createdAt: row.createdAt };
}

export async function findAppHolder(system: Needs, of: { grantId: string } | { clientId: string }): Promise<AppHolder | undefined> {
  const [statement, id] = "grantId" in of ? [HOLDER_OF_GRANT, of.grantId] : [HOLDER_OF_APP, of.clientId];
  const [row] = await system.statements.run<AppHolder>(statement, [uuidFromTypeId(id)]);
  return row && { ...row, userId: typeIdFromUuid("user", row.userId), workspaceId: typeIdFromUuid("workspace", row.workspaceId) };
}
