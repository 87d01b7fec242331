import { typeIdFromUuid, uuidFromTypeId, WorkspaceId } from "@crew/contracts/ids";
import type { Actor } from "@crew/core/access/actor";
import { permissionsOf } from "@crew/core/access/require-permission";
import { findActorByApiKey } from "@crew/core/api-keys/find-actor-by-api-key";
import { AppError } from "@crew/core/app-error";
import { rememberWorkspace } from "@crew/core/sessions/remember-workspace";
import { createWorkspace } from "@crew/core/workspaces/create-workspace";
import type { Auth, AuthSystem } from "./auth-system.ts";
import { findSession, prolongSession, type SessionRow } from "./session-rows.ts";
import type { TokenUse } from "./token-standings.ts";

/** The three headers that say who asks; Node's `IncomingHttpHeaders` fits. */
export interface CredentialHeaders {
  authorization?: string | undefined;
  cookie?: string | undefined;
  "x-workspace-id"?: string | string[] | undefined;
}

/**
 * Who sent the request, by API key, token or session cookie. `undefined`: no credentials, or none that are valid. Throws
 * `forbidden` when `X-Workspace-Id` names a workspace that the session's owner is not a member of. `use` says how exactly
 * it must be known what a token still allows; `address` is noted with the key that was shown.
 */
export async function identifyRequest(
  system: AuthSystem,
  auth: Auth,
  headers: CredentialHeaders,
  use: TokenUse = "write",
  address: string | null = null,
): Promise<Actor | undefined> {
  if (headers.authorization !== undefined) return identifyByHeader(system, auth, headers.authorization, { use, address });
  const token = auth.cookie.read(headers.cookie);
  if (!token) return undefined;
  const asked = workspaceOf(headers["x-workspace-id"]);
  let row = await findSession(system, token, asked);
  if (!row) return undefined;
  if (!row.workspaceId && asked) throw notAMember();
  if (!row.workspaceId) {
    await createWorkspace(system, { userId: typeIdFromUuid("user", row.userId), name: row.name });
    row = await findSession(system, token, null);
  }
  if (!row?.workspaceId || !row.role) return undefined;
  const actor: Actor = {
    kind: "user",
    userId: typeIdFromUuid("user", row.userId),
    apiKeyId: null,
    sessionId: row.sessionId,
    name: row.name,
    workspaceId: typeIdFromUuid("workspace", row.workspaceId),
    role: row.role,
    permissions: permissionsOf(row.role, row.customPermissions),
    ...(row.lacksSecondFactor && { lacksSecondFactor: true }),
  };
  keepFresh(system, row, actor);
  return actor;
}

/** A request that shows a key or a token means it: an invalid one must not fall back to the browser's session. */
async function identifyByHeader(
  system: AuthSystem,
  auth: Auth,
  authorization: string,
  { use, address }: { use: TokenUse; address: string | null },
): Promise<Actor | undefined> {
  const [scheme, credential, ...rest] = authorization.split(" ");
  if (scheme?.toLowerCase() !== "bearer" || !credential || rest.length > 0) return undefined;
  return credential.startsWith("crew_") ? findActorByApiKey(system, credential, address) : auth.tokens.identify(credential, use);
}

function workspaceOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const parsed = WorkspaceId.safeParse(header);
  if (!parsed.success) throw notAMember();
  return uuidFromTypeId(parsed.data);
}

function notAMember(): AppError {
  return new AppError("forbidden", "X-Workspace-Id names no workspace that you are a member of.");
}

/** Beside the request, which does not wait: at worst the next one does it. */
function keepFresh(system: AuthSystem, row: SessionRow, actor: Actor): void {
  const writes = [];
  if (row.isAgeing) writes.push(prolongSession(system, row.sessionId));
  if (row.workspaceId !== row.lastWorkspaceId) writes.push(rememberWorkspace({ ...system, actor }));
  for (const write of writes) write.catch((error: unknown) => system.log.warn({ err: error }, "a session could not be kept fresh"));
}
