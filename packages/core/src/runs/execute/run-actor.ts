import type { Actor } from "../../access/actor.ts";
import type { Claim } from "./claim.ts";

/** Whoever started a run, for the audit log and allowed nothing; `null` when that account is gone. */
export function runActor({ run, workspaceId, authority, starterId }: Claim): Actor | null {
  const userId = starterId ?? run.startedBy.userId;
  if (userId === null) return null;
  return {
    kind: authority?.apiKeyId ? "api_key" : authority?.oauthClientId ? "oauth_client" : "user",
    userId,
    apiKeyId: authority?.apiKeyId ?? null,
    oauthClientId: authority?.oauthClientId ?? null,
    name: run.startedBy.name,
    workspaceId,
    role: "viewer",
    permissions: [],
  };
}
