import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Statement, Statements } from "../system.ts";
import type { Actor } from "./actor.ts";

/**
 * What an actor stands on: the person in the workspace with this role and, where the role is one of the workspace's own, with
 * all that they may do by it; the session, key, app or grant that let them in, an app with all that it was given; and the
 * grants by which they follow runs of single crews.
 */
const FIND_LOST: Statement = {
  name: "find_lost_standings",
  text: `SELECT * FROM (
    SELECT a.n AS place,
      NOT EXISTS (SELECT FROM workspace_members m JOIN users u ON u.id = m.user_id
        LEFT JOIN custom_roles r ON r.id = m.custom_role_id
        WHERE m.user_id = a.user_id AND m.workspace_id = a.workspace_id AND m.role = a.role AND u.disabled_at IS NULL
          AND (a.role <> 'custom' OR a.permissions <@ r.permissions))
      OR (a.session_id IS NOT NULL AND NOT EXISTS (SELECT FROM sessions s WHERE s.id = a.session_id AND s.expires_at > now()))
      OR (a.api_key_id IS NOT NULL AND NOT EXISTS (SELECT FROM api_keys k
        WHERE k.id = a.api_key_id AND (k.expires_at IS NULL OR k.expires_at > now())))
      OR (a.oauth_client_id IS NOT NULL AND NOT EXISTS (SELECT FROM oauth_clients c
        WHERE c.id = a.oauth_client_id AND a.permissions <@ c.scopes AND (a.oauth_grant_id IS NOT NULL OR c.acts_alone)))
      OR (a.oauth_grant_id IS NOT NULL AND NOT EXISTS (SELECT FROM oauth_grants g
        WHERE g.id = a.oauth_grant_id AND a.permissions <@ g.scopes)) AS is_gone,
      ARRAY(SELECT f.followed FROM unnest(a.crew_ids) AS f(followed) WHERE NOT EXISTS (SELECT FROM crew_grants g
        WHERE g.crew_id = f.followed AND g.user_id = a.user_id AND g.workspace_id = a.workspace_id
          AND 'see_traces' = ANY(g.permissions))) AS lost_crew_ids
    FROM jsonb_to_recordset($1)
      AS a(n int, user_id uuid, workspace_id uuid, role text, permissions text[], session_id uuid, api_key_id uuid,
        oauth_client_id uuid, oauth_grant_id uuid, crew_ids uuid[])) looked
    WHERE is_gone OR lost_crew_ids <> '{}'`,
};

export interface LostStanding {
  /** In the list that was asked about. */
  place: number;
  isGone: boolean;
  lostCrewIds: string[];
}

/** Those who have lost what they stand on, or a grant on one of these crews. */
export async function findLostStandings(
  statements: Statements,
  holders: readonly { actor: Actor; crewIds: readonly string[] }[],
): Promise<LostStanding[]> {
  const uuid = (id: string | null | undefined) => (id ? uuidFromTypeId(id) : null);
  const asked = holders.map(({ actor, crewIds }, n) => ({
    n,
    user_id: uuid(actor.userId),
    workspace_id: uuid(actor.workspaceId),
    role: actor.role,
    permissions: actor.permissions,
    session_id: actor.sessionId ?? actor.tokenSessionId ?? null,
    api_key_id: uuid(actor.apiKeyId),
    oauth_client_id: uuid(actor.oauthClientId),
    oauth_grant_id: uuid(actor.oauthGrantId),
    crew_ids: crewIds.map(uuidFromTypeId),
  }));
  const rows = await statements.run<{ place: number; is_gone: boolean; lost_crew_ids: string[] }>(FIND_LOST, [JSON.stringify(asked)]);
  return rows.map(({ place, is_gone, lost_crew_ids }) => ({
    place,
    isGone: is_gone,
    lostCrewIds: lost_crew_ids.map((id) => typeIdFromUuid("crew", id)),
  }));
}
