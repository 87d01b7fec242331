import type { CrewPermission } from "@crew/contracts/crew-grants";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { MemberRole, Permission } from "@crew/contracts/permissions";
import type { Statement, Statements } from "../../system.ts";

/** By whom and with what a run was started. */
export interface Starter {
  workspaceId: string;
  userId: string;
  crewId: string | null;
  apiKeyId: string | null;
  oauthClientId: string | null;
}

export interface StarterStanding {
  role: MemberRole;
  customPermissions: Permission[] | null;
  granted: CrewPermission[];
  /** Disabled, or without the second factor that the workspace asks for. */
  isBarred: boolean;
  /** The key or the app still counts, where one was used. */
  hasCredential: boolean;
}

const FIND: Statement = {
  name: "find_starter_standing",
  text: `SELECT m.role, r.permissions AS "customPermissions", coalesce(g.permissions, '{}') AS granted,
      u.disabled_at IS NOT NULL OR (w.requires_second_factor
        AND NOT EXISTS (SELECT FROM second_factors f WHERE f.user_id = u.id AND f.enabled_at IS NOT NULL)) AS "isBarred",
      ($4::uuid IS NULL OR EXISTS (SELECT FROM api_keys k WHERE k.id = $4 AND k.workspace_id = $1))
        AND ($5::uuid IS NULL OR EXISTS (SELECT FROM oauth_clients c WHERE c.id = $5 AND (c.acts_alone
          OR EXISTS (SELECT FROM oauth_grants o WHERE o.client_id = c.id AND o.workspace_id = $1 AND o.user_id = $2)))) AS "hasCredential"
    FROM workspace_members m JOIN users u ON u.id = m.user_id JOIN workspaces w ON w.id = m.workspace_id
      LEFT JOIN custom_roles r ON r.id = m.custom_role_id
      LEFT JOIN crew_grants g ON g.crew_id = $3 AND g.user_id = m.user_id AND g.workspace_id = m.workspace_id
    WHERE m.workspace_id = $1 AND m.user_id = $2`,
};

/** `undefined`: no member any more. */
export async function findStarterStanding(statements: Statements, starter: Starter): Promise<StarterStanding | undefined> {
  const { workspaceId, userId, crewId, apiKeyId, oauthClientId } = starter;
  const uuid = (id: string | null) => (id === null ? null : uuidFromTypeId(id));
  const [row] = await statements.run<StarterStanding>(FIND, [workspaceId, userId, crewId, apiKeyId, oauthClientId].map(uuid));
  return row;
}
