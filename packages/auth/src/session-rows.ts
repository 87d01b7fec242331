import { randomBytes } from "node:crypto";
import type { MemberRole, Permission } from "@crew/contracts/permissions";
import { hashOneTimeToken } from "@crew/core/sessions/one-time-token";
import type { Statement, System } from "@crew/core/system";
import { SESSION_SECONDS } from "./session-cookie.ts";

/** What one request needs to know of a session: the person and their membership of one workspace, in one round trip. */
export interface SessionRow {
  sessionId: string;
  userId: string;
  name: string;
  lastWorkspaceId: string | null;
  /** Null: not a member of the workspace that was asked for, or of none. */
  workspaceId: string | null;
  role: MemberRole | null;
  /** What the custom role allows, when it is one. */
  customPermissions: Permission[] | null;
  /** The workspace asks for a second factor, and the person has none. */
  lacksSecondFactor: boolean | null;
  /** Ten minutes or more have passed since it was last pushed on, which is also when it was last used. */
  isAgeing: boolean;
}

/** However much it is used, a session ends then, and its person signs in again. */
const LONGEST = "interval '90 days'";

const FIND: Statement = {
  name: "find-session",
  text: `SELECT s.id AS "sessionId", s.user_id AS "userId", u.name, u.last_workspace_id AS "lastWorkspaceId",
    m.workspace_id AS "workspaceId", m.role, m.permissions AS "customPermissions",
    m.requires_second_factor AND NOT EXISTS (SELECT FROM second_factors f WHERE f.user_id = u.id AND f.enabled_at IS NOT NULL) AS "lacksSecondFactor",
    s.expires_at < now() + make_interval(secs => $3 - 600) AS "isAgeing"
  FROM sessions s JOIN users u ON u.id = s.user_id
  LEFT JOIN LATERAL (
    SELECT mine.workspace_id, mine.role, r.permissions, w.requires_second_factor
    FROM workspace_members mine JOIN workspaces w ON w.id = mine.workspace_id LEFT JOIN custom_roles r ON r.id = mine.custom_role_id
    WHERE mine.user_id = u.id AND ($2::uuid IS NULL OR mine.workspace_id = $2)
    ORDER BY (mine.workspace_id = u.last_workspace_id) DESC NULLS LAST, mine.created_at, mine.workspace_id LIMIT 1
  ) m ON true
  WHERE s.token_hash = $1 AND s.expires_at > now() AND s.created_at > now() - ${LONGEST} AND u.disabled_at IS NULL`,
};

const PROLONG: Statement = {
  name: "prolong-session",
  text: "UPDATE sessions SET expires_at = now() + make_interval(secs => $2), updated_at = now() WHERE id = $1",
};

const INSERT: Statement = {
  name: "insert-session",
  text: `INSERT INTO sessions (id, user_id, token_hash, expires_at, ip_address, user_agent)
    SELECT $1, id, $3, now() + make_interval(secs => $4), $5, $6 FROM users WHERE id = $2 AND disabled_at IS NULL`,
};

/** A person's sessions must not grow without end: the ended ones go, and of the others the fifty newest stay. */
const TIDY: Statement = {
  name: "tidy-sessions",
  text: `DELETE FROM sessions WHERE user_id = $1 AND (expires_at < now()
    OR id IN (SELECT id FROM sessions WHERE user_id = $1 ORDER BY created_at DESC OFFSET 50))`,
};

const REMOVE: Statement = { name: "remove-session", text: "DELETE FROM sessions WHERE token_hash = $1 RETURNING user_id" };

type Needs = Pick<System, "statements">;

export async function findSession(system: Needs, token: string, workspaceUuid: string | null): Promise<SessionRow | undefined> {
  const [row] = await system.statements.run<SessionRow>(FIND, [hashOneTimeToken(token), workspaceUuid, SESSION_SECONDS]);
  return row;
}

export async function prolongSession(system: Needs, sessionId: string): Promise<void> {
  await system.statements.run(PROLONG, [sessionId, SESSION_SECONDS]);
}

/** 192 random bits, of which the database keeps the hash, so that its copy opens nothing. */
export function newSessionToken(): string {
  return randomBytes(24).toString("base64url");
}

/** The new session's token. */
export async function insertSession(
  system: Needs,
  row: { id: string; userUuid: string; address: string | null; userAgent: string | null },
): Promise<string> {
  const token = newSessionToken();
  await system.statements.run(INSERT, [
    row.id,
    row.userUuid,
    hashOneTimeToken(token),
    SESSION_SECONDS,
    row.address,
    row.userAgent?.slice(0, 500) ?? null,
  ]);
  await tidySessions(system, row.userUuid);
  return token;
}

export async function tidySessions(system: Needs, userUuid: string): Promise<void> {
  await system.statements.run(TIDY, [userUuid]);
}

/** Ends the session of this token; the plain UUID of whose it was. */
export async function removeSession(system: Needs, token: string): Promise<string | undefined> {
  const [row] = await system.statements.run<{ user_id: string }>(REMOVE, [hashOneTimeToken(token)]);
  return row?.user_id;
}
