import type { StoredAuthority } from "@crew/db/runs-table";
import type { Actor } from "../access/actor.ts";
import { permissionsOf, permissionsWithin } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import { GRANTED_PERMISSIONS } from "../crew-grants/granted-permissions.ts";
import type { Statements } from "../system.ts";
import { findStarterStanding } from "./execute/starter-rights-repository.ts";
import { authorityOf } from "./insert-queued-run.ts";

/** For whom something starts runs by itself, as it is stored. */
export interface Principal {
  workspaceId: string;
  crewId: string;
  actsForUserId: string | null;
  actsForName: string;
  authority: StoredAuthority | null;
}

/** What makes the actor the one for whom it acts from now on. */
export function actsFor(actor: Actor) {
  return { actsForUserId: actor.userId, actsForName: actor.name, authority: authorityOf(actor) };
}

/**
 * The principal as an actor, with what they may in this moment: by their role and by grants on the crew, within what the
 * key or app allowed by which they set it up. Throws `forbidden` when they may not start the crew any more.
 */
export async function requireStandingActor(statements: Statements, principal: Principal): Promise<Actor> {
  const { workspaceId, crewId, actsForUserId: userId, actsForName: name, authority } = principal;
  const [apiKeyId, oauthClientId] = [authority?.apiKeyId ?? null, authority?.oauthClientId ?? null];
  const standing =
    userId === null ? undefined : await findStarterStanding(statements, { workspaceId, userId, crewId, apiKeyId, oauthClientId });
  if (!standing || userId === null) throw refusal(`${name}, for whom it acts, is not in the workspace any more.`);
  if (standing.isBarred) throw refusal(`${name}, for whom it acts, is locked out of the workspace.`);
  if (!standing.hasCredential) throw refusal(`The key or app by which it was set up (${name}) counts no more.`);
  const { role, customPermissions, granted } = standing;
  const current = [...new Set([...permissionsOf(role, customPermissions), ...granted.map((one) => GRANTED_PERMISSIONS[one])])];
  const permissions = authority ? permissionsWithin(authority.scopes, current) : current;
  if (!permissions.includes("runs:start")) throw refusal(`${name}, for whom it acts, may not start this crew any more.`);
  const kind = apiKeyId ? "api_key" : oauthClientId ? "oauth_client" : "user";
  return { kind, userId, apiKeyId, oauthClientId, name, workspaceId, role, permissions };
}

function refusal(why: string): AppError {
  return new AppError("forbidden", `${why} Whoever may can save it again, and it acts for them.`);
}
