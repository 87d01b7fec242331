import { createHash } from "node:crypto";
import { oauthArtifactsTable as artifacts } from "@crew/db/oauth-artifacts-table";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

/** What oidc-provider keeps of a request that waits for a person. */
export interface WaitingRequest {
  params: { client_id: string; redirect_uri: string; scope?: string };
  expiresAt: string;
}

/** How a person decided, as oidc-provider reads it when the browser comes back. */
export type RequestResult =
  | { login: { accountId: string }; consent: { grantId: string } }
  | { error: string; error_description: string; decidedBy: string };

export function hashArtifactId(id: string): Buffer {
  return createHash("sha256").update(id).digest();
}

const isWaiting = (requestId: string, now: Date) =>
  and(
    eq(artifacts.kind, "Interaction"),
    eq(artifacts.idHash, hashArtifactId(requestId)),
    gt(artifacts.expiresAt, now.toISOString()),
    isNull(artifacts.consumedAt),
  );

export async function findWaitingRequest(db: Db, requestId: string, now: Date): Promise<WaitingRequest | undefined> {
  const [row] = await db
    .select({ payload: artifacts.payload, expiresAt: artifacts.expiresAt })
    .from(artifacts)
    .where(isWaiting(requestId, now));
  return row && { params: row.payload.params as WaitingRequest["params"], expiresAt: row.expiresAt };
}

/** Of two decisions on one request one counts. `false`: it was decided, or is over. */
export async function decideWaitingRequest(db: Db, requestId: string, now: Date, result: RequestResult): Promise<boolean> {
  const rows = await db
    .update(artifacts)
    .set({ consumedAt: now.toISOString(), payload: sql`${artifacts.payload} || ${JSON.stringify({ result })}::jsonb` })
    .where(isWaiting(requestId, now))
    .returning({ kind: artifacts.kind });
  return rows.length === 1;
}

/** Who decided on a request; `undefined`: nobody yet, or it is over. */
export async function findDecider(db: Db, requestId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ payload: artifacts.payload })
    .from(artifacts)
    .where(and(eq(artifacts.kind, "Interaction"), eq(artifacts.idHash, hashArtifactId(requestId))));
  const result = row?.payload.result as RequestResult | undefined;
  if (!result) return undefined;
  return "login" in result ? result.login.accountId : result.decidedBy;
}
