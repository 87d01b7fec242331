import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "../access/actor.ts";
import type { Statement, Statements } from "../system.ts";

/** Each writes one row and sweeps the ended ones, so that the tables stay small without a job. */
const INSERT_TICKET: Statement = {
  name: "insert_socket_ticket",
  text: `WITH swept AS (DELETE FROM socket_tickets WHERE expires_at < $3)
    INSERT INTO socket_tickets (token_hash, actor, expires_at) VALUES ($1, $2, $4)`,
};

export async function insertSocketTicket(
  statements: Statements,
  tokenHash: Buffer,
  actor: Actor,
  now: Date,
  expiresAt: Date,
): Promise<void> {
  await statements.run(INSERT_TICKET, [tokenHash, JSON.stringify(actor), now.toISOString(), expiresAt.toISOString()]);
}

const TAKE_TICKET: Statement = {
  name: "take_socket_ticket",
  text: "DELETE FROM socket_tickets WHERE token_hash = $1 RETURNING actor, expires_at > $2 AS is_valid",
};

/** Of two who show the same ticket one gets it. */
export async function takeSocketTicket(statements: Statements, tokenHash: Buffer, now: Date): Promise<Actor | undefined> {
  const [row] = await statements.run<{ actor: Actor; is_valid: boolean }>(TAKE_TICKET, [tokenHash, now.toISOString()]);
  return row?.is_valid ? row.actor : undefined;
}

const HAS_API_KEY: Statement = {
  name: "has_api_key",
  text: "SELECT FROM api_keys WHERE id = $1 AND (expires_at IS NULL OR expires_at > $2)",
};

export async function hasApiKey(statements: Statements, apiKeyUuid: string, now: Date): Promise<boolean> {
  const rows = await statements.run(HAS_API_KEY, [apiKeyUuid, now.toISOString()]);
  return rows.length === 1;
}

const HAS_SESSION: Statement = { name: "has_session", text: "SELECT FROM sessions WHERE id = $1 AND expires_at > $2" };

export async function hasSession(statements: Statements, sessionId: string, now: Date): Promise<boolean> {
  const rows = await statements.run(HAS_SESSION, [sessionId, now.toISOString()]);
  return rows.length === 1;
}

const HAS_APP: Statement = {
  name: "has_oauth_app",
  text: `SELECT FROM oauth_clients c LEFT JOIN oauth_grants g ON g.client_id = c.id AND g.id = $2
    WHERE c.id = $1 AND (g.id IS NOT NULL OR ($2::uuid IS NULL AND c.acts_alone))`,
};

/** Whether the app, and what its person gave it, are still there. */
export async function hasApp(statements: Statements, clientId: string, grantId: string | null): Promise<boolean> {
  const rows = await statements.run(HAS_APP, [uuidFromTypeId(clientId), grantId && uuidFromTypeId(grantId)]);
  return rows.length === 1;
}

const INSERT_LINK: Statement = {
  name: "insert_sign_in_link",
  text: `WITH swept AS (DELETE FROM sign_in_links WHERE expires_at < $2)
    INSERT INTO sign_in_links (token_hash, created_at, expires_at) SELECT $1, $2, $3 FROM users WHERE is_local_owner`,
};

export async function insertSignInLink(statements: Statements, tokenHash: Buffer, now: Date, expiresAt: Date): Promise<void> {
  await statements.run(INSERT_LINK, [tokenHash, now.toISOString(), expiresAt.toISOString()]);
}

const TAKE_LINK: Statement = {
  name: "take_sign_in_link",
  text: `WITH taken AS (DELETE FROM sign_in_links WHERE token_hash = $1 RETURNING expires_at)
    SELECT u.id FROM taken, users u WHERE taken.expires_at > $2 AND u.is_local_owner`,
};

/** The local owner's id as a plain UUID. */
export async function takeSignInLink(statements: Statements, tokenHash: Buffer, now: Date): Promise<string | undefined> {
  const [row] = await statements.run<{ id: string }>(TAKE_LINK, [tokenHash, now.toISOString()]);
  return row?.id;
}
