import type { OAuthClient } from "@crew/contracts/oauth-clients";
import { APP_PERMISSIONS } from "@crew/contracts/oauth-scopes";
import { AppError } from "../app-error.ts";
import type { System } from "../system.ts";
import { checkRedirectUris } from "./check-redirect-uris.ts";
import { newClientSecret } from "./client-secret.ts";
import { countUnclaimedOAuthClients, insertOAuthClient } from "./oauth-client-repository.ts";

/** Anybody may register; those that nobody gave anything are swept after a day. */
const MAX_UNCLAIMED = 10_000;

/**
 * An app registers itself (RFC 7591). It gets no right by that: each person decides about it. Not audited, since nobody
 * is signed in and no workspace is concerned.
 */
export async function registerOAuthClient(
  system: Pick<System, "db" | "now" | "newId">,
  input: Pick<OAuthClient, "name" | "kind" | "redirectUris">,
): Promise<OAuthClient & { secret: string | null }> {
  checkRedirectUris(input.redirectUris, input.kind);
  if ((await countUnclaimedOAuthClients(system.db)) >= MAX_UNCLAIMED)
    throw new AppError("unavailable", "Too many apps have registered themselves here. Try again tomorrow.");
  const secret = input.kind === "confidential" ? newClientSecret() : null;
  const client: OAuthClient = {
    id: system.newId("client"),
    ...input,
    actsAlone: false,
    scopes: [...APP_PERMISSIONS],
    secretLastFour: secret?.secretLastFour ?? null,
    createdAt: system.now().toISOString(),
  };
  await insertOAuthClient(system.db, { ...client, workspaceId: null, createdBy: null, secretHash: secret?.secretHash ?? null });
  return { ...client, secret: secret?.secret ?? null };
}
