import { uuidFromTypeId } from "@crew/contracts/ids";
import type { SetCredentials } from "@crew/contracts/session";
import { acrossWorkspaces } from "@crew/core/access/acting-for";
import type { Actor } from "@crew/core/access/actor";
import { AppError } from "@crew/core/app-error";
import { freshRowId } from "@crew/core/sessions/fresh-row-id";
import { hashOneTimeToken } from "@crew/core/sessions/one-time-token";
import type { RequestInfo, Statement, System } from "@crew/core/system";
import { hashPassword } from "./hash-password.ts";
import { refuseWeakPassword } from "./password-rules.ts";

/** One statement, so that there is never an owner without a way in: name and e-mail, the password, the other sessions, the trace. */
const SET: Statement = {
  name: "set-credentials",
  text: `WITH owner AS (
    UPDATE users SET name = $2, email = $3, is_local_owner = false, updated_at = now() WHERE id = $1 AND is_local_owner RETURNING id
  ), account AS (
    INSERT INTO accounts (id, user_id, account_id, provider_id, password) SELECT $4, id, id::text, 'credential', $5 FROM owner
  ), revoked AS (
    DELETE FROM sessions USING owner WHERE user_id = owner.id AND token_hash <> $6
  ), audit AS (
    INSERT INTO audit_events (id, workspace_id, actor, action, subject, request_id, created_at)
    SELECT $7, $8, $9::jsonb, 'credentials.set', $10, $11, now() FROM owner
  ) SELECT id FROM owner`,
};

/** Makes the owner whom the installation made by itself into a person with e-mail and password; the other sessions end. */
export async function setCredentials(
  ctx: Pick<System, "statements" | "newId"> & { actor: Actor; request?: RequestInfo },
  input: SetCredentials,
  ownToken: string,
): Promise<void> {
  refuseWeakPassword(input.password, input);
  const { actor } = ctx;
  const { kind, userId, apiKeyId, name, workspaceId } = actor;
  const values = [
    uuidFromTypeId(userId),
    input.name,
    input.email.toLowerCase(),
    freshRowId(ctx),
    await hashPassword(input.password),
    hashOneTimeToken(ownToken),
    uuidFromTypeId(ctx.newId("audit")),
    uuidFromTypeId(workspaceId),
    JSON.stringify({ kind, userId, apiKeyId, name }),
    userId,
    ctx.request?.requestId ?? null,
  ];
  const rows = await acrossWorkspaces(ctx)
    .statements.run(SET, values)
    .catch((error: { code?: string }) => {
      if (error.code !== "23505") throw error;
      throw new AppError("conflict", "Somebody else has this e-mail address here.");
    });
  if (rows.length === 0) throw new AppError("conflict", "You have an e-mail address and a password already.");
}
