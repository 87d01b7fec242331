import { STEP_UP_SECONDS } from "@crew/core/access/require-step-up";
import { hashOneTimeToken } from "@crew/core/sessions/one-time-token";
import type { Statement, System } from "@crew/core/system";

/** Whoever holds a session, and what they can prove themselves with. Ids are plain UUIDs. */
export interface SessionHolder {
  sessionId: string;
  userId: string;
  email: string;
  passwordHash: string | null;
  hasSecondFactor: boolean;
  isLocalOwner: boolean;
  /** They have proven who they are within the last ten minutes. */
  isFresh: boolean;
}

const SELECT = `SELECT s.id AS "sessionId", u.id AS "userId", u.email, a.password AS "passwordHash", f.enabled_at IS NOT NULL AS "hasSecondFactor",
    u.is_local_owner AS "isLocalOwner", s.proven_at > now() - make_interval(secs => ${STEP_UP_SECONDS}) AS "isFresh"
  FROM sessions s JOIN users u ON u.id = s.user_id
    LEFT JOIN accounts a ON a.user_id = u.id AND a.provider_id = 'credential'
    LEFT JOIN second_factors f ON f.user_id = u.id
  WHERE s.expires_at > now()`;

const FIND_BY_TOKEN: Statement = { name: "find_session_holder_by_token", text: `${SELECT} AND s.token_hash = $1` };
const FIND_BY_ID: Statement = { name: "find_session_holder_by_id", text: `${SELECT} AND s.id = $1 AND s.user_id = $2` };

type Needs = Pick<System, "statements">;

export async function findHolderByToken(system: Needs, token: string): Promise<SessionHolder | undefined> {
  const [row] = await system.statements.run<SessionHolder>(FIND_BY_TOKEN, [hashOneTimeToken(token)]);
  return row;
}

export async function findHolderById(system: Needs, sessionUuid: string, userUuid: string): Promise<SessionHolder | undefined> {
  const [row] = await system.statements.run<SessionHolder>(FIND_BY_ID, [sessionUuid, userUuid]);
  return row;
}

const MARK_PROVEN: Statement = { name: "mark_session_proven", text: "UPDATE sessions SET proven_at = now() WHERE id = $1" };

export async function markProven(system: Needs, sessionUuid: string): Promise<void> {
  await system.statements.run(MARK_PROVEN, [sessionUuid]);
}
