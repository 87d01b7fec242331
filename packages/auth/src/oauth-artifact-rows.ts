import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Statement, System } from "@crew/core/system";
import { hashOfToken } from "./token-standing-rows.ts";

type Needs = Pick<System, "statements">;
export type Payload = Record<string, unknown>;

export interface ArtifactRow {
  payload: Payload;
  /** Milliseconds since 1970. */
  consumedAt: number | null;
}

const FIND: Statement = {
  name: "find-oauth-artifact",
  text: `SELECT payload, consumed_at AS "consumedAt" FROM oauth_artifacts WHERE kind = $1 AND id_hash = $2 AND expires_at > now()`,
};

const SAVE: Statement = {
  name: "save-oauth-artifact",
  text: `INSERT INTO oauth_artifacts (kind, id_hash, grant_id, payload, expires_at)
    VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
    ON CONFLICT (kind, id_hash) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at`,
};

/** Of many that use the same code or token this decides who was first. */
const CONSUME: Statement = {
  name: "consume-oauth-artifact",
  text: "UPDATE oauth_artifacts SET consumed_at = now() WHERE kind = $1 AND id_hash = $2 AND consumed_at IS NULL RETURNING kind",
};

const GRANT_OF: Statement = {
  name: "grant-of-oauth-artifact",
  text: "SELECT payload ->> 'grantId' AS \"grantId\" FROM oauth_artifacts WHERE kind = $1 AND id_hash = $2",
};

const REMOVE: Statement = { name: "remove-oauth-artifact", text: "DELETE FROM oauth_artifacts WHERE kind = $1 AND id_hash = $2" };

export async function findArtifact(system: Needs, kind: string, id: string): Promise<ArtifactRow | undefined> {
  const [row] = await system.statements.run<{ payload: Payload; consumedAt: string | null }>(FIND, [kind, hashOfToken(id)]);
  return row && { payload: row.payload, consumedAt: row.consumedAt === null ? null : new Date(row.consumedAt).getTime() };
}

/** Whoever reads the table learns no id that can be used: it stands there as its hash alone. */
export async function saveArtifact(system: Needs, kind: string, id: string, payload: Payload, seconds: number): Promise<void> {
  const grantId = typeof payload.grantId === "string" ? uuidFromTypeId(payload.grantId) : null;
  await system.statements.run(SAVE, [kind, hashOfToken(id), grantId, JSON.stringify(payload), seconds]);
}

/** `false`: somebody was faster. */
export async function consumeArtifact(system: Needs, kind: string, id: string): Promise<boolean> {
  return (await system.statements.run(CONSUME, [kind, hashOfToken(id)])).length === 1;
}

export async function grantOfArtifact(system: Needs, kind: string, id: string): Promise<string | undefined> {
  const [row] = await system.statements.run<{ grantId: string | null }>(GRANT_OF, [kind, hashOfToken(id)]);
  return row?.grantId ?? undefined;
}

export async function removeArtifact(system: Needs, kind: string, id: string): Promise<void> {
  await system.statements.run(REMOVE, [kind, hashOfToken(id)]);
}
