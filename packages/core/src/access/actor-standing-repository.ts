import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Statement, Statements } from "../system.ts";
import type { Actor } from "./actor.ts";

/**
 * What an actor stands on: the person in the workspace with this role and, where the role is one of the workspace's own, with
 * all that they may do by it; and the session, key, app or grant that let them in.
 */
const FIND_FALLEN: Statement = {
  name: "find_fallen_actors",
  text: `SELECT a.n FROM jsonb_to_recordset($1)
      AS a(n int, user_id uuid, workspace_id uuid, role text, permissions text[], session_id uuid, api_key_id uuid,
        oauth_client_id uuid, oauth_grant_id uuid)
    WHERE NOT EXISTS (SELECT FROM workspace_members m JOIN users u ON u.id = m.user_id
        LEFT JOIN custom_roles r ON r.id = m.custom_role_id
        WHERE m.user_id = a.user_id AND m.workspace_id = a.workspace_id AND m.role = a.role AND u.disabled_at IS NULL
          AND (a.permissions IS NULL OR a.permissions <@ r.permissions))
      OR (a.session_id IS NOT NULL AND NOT EXISTS (SELECT FROM sessions s WHERE s.id = a.session_id AND s.expires_at > now()))
      OR (a.api_key_id IS NOT NULL AND NOT EXISTS (SELECT FROM api_keys k
        WHERE k.id = a.api_key_id AND (k.expires_at IS NULL OR k.expires_at > now())))
      OR (a.oauth_client_id IS NOT NULL AND NOT EXISTS (SELECT FROM oauth_clients c
        WHERE c.id = a.oauth_client_id AND (a.oauth_grant_id IS NOT NULL OR c.acts_alone)))
      OR (a.oauth_grant_id IS NOT NULL AND NOT EXISTS (SELECT FROM oauth_grants g WHERE g.id = a.oauth_grant_id))`,
};

/** Places in the list of those who stand on nothing any more. */
export async function findFallenPlaces(statements: Statements, actors: readonly Actor[]): Promise<number[]> {
  const uuid = (id: string | null | undefined) => (id ? uuidFromTypeId(id) : null);
  const asked = actors.map(({ userId, workspaceId, role, permissions, sessionId, apiKeyId, oauthClientId, oauthGrantId }, n) => ({
    n,
    user_id: uuid(userId),
    workspace_id: uuid(workspaceId),
    role,
    permissions: role === "custom" ? permissions : null,
    session_id: sessionId ?? null,
    api_key_id: uuid(apiKeyId),
    oauth_client_id: uuid(oauthClientId),
    oauth_grant_id: uuid(oauthGrantId),
  }));
  return (await statements.run<{ n: number }>(FIND_FALLEN, [JSON.stringify(asked)])).map(({ n }) => n);
}
