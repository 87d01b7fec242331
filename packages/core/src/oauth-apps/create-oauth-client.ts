import type { CreateOAuthClient, NewOAuthClient, OAuthClient } from "@crew/contracts/oauth-clients";
import { requirePermission } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { checkRedirectUris } from "./check-redirect-uris.ts";
import { newClientSecret } from "./client-secret.ts";
import { countOAuthClientsForUpdate, insertOAuthClient } from "./oauth-client-repository.ts";
import { requireAppScopes } from "./require-app-scopes.ts";

const MAX_CLIENTS = 100;

/** The secret is in the answer and nowhere else: only its hash is kept. */
export async function createOAuthClient(ctx: Ctx<"db" | "now" | "newId">, input: CreateOAuthClient): Promise<NewOAuthClient> {
  requirePermission(ctx, "oauth-clients:write");
  checkRedirectUris(input.redirectUris, input.kind);
  requireUse(input);
  const secret = input.kind === "confidential" ? newClientSecret() : null;
  const client: OAuthClient = {
    id: ctx.newId("client"),
    name: input.name,
    kind: input.kind,
    redirectUris: input.redirectUris,
    actsAlone: input.actsAlone,
    scopes: requireAppScopes(ctx, input.scopes),
    secretLastFour: secret?.secretLastFour ?? null,
    createdAt: ctx.now().toISOString(),
  };
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId, userId } = ctx.actor;
    if ((await countOAuthClientsForUpdate(ctx.db, workspaceId)) >= MAX_CLIENTS)
      throw new AppError("conflict", `A workspace has at most ${MAX_CLIENTS} apps. Delete one first.`);
    await insertOAuthClient(ctx.db, { ...client, workspaceId, createdBy: userId, secretHash: secret?.secretHash ?? null });
    const { name, kind, redirectUris, actsAlone, scopes } = client;
    await recordAudit(ctx, { action: "oauth_client.created", subject: client.id, detail: { name, kind, redirectUris, actsAlone, scopes } });
    return { ...client, secret: secret?.secret ?? null };
  });
}

/** Throws `invalid` for an app that nobody could use. */
export function requireUse({ kind, actsAlone, redirectUris }: Pick<OAuthClient, "kind" | "actsAlone" | "redirectUris">): void {
  if (actsAlone && kind === "public")
    throw new AppError("invalid", "An app that acts alone must be able to keep a secret.", {
      issues: [{ path: "actsAlone", message: "needs the kind confidential" }],
    });
  if (!actsAlone && redirectUris.length === 0)
    throw new AppError("invalid", "An app needs an address to send people back to, or has to act alone.", {
      issues: [{ path: "redirectUris", message: "must name an address" }],
    });
}
