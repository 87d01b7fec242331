import { hashOneTimeToken, newOneTimeToken } from "@crew/core/sessions/one-time-token";
import type { Statement, System } from "@crew/core/system";
import { PENDING_SECONDS } from "./pending-cookie.ts";

type Needs = Pick<System, "statements" | "now">;

const INSERT: Statement = {
  name: "insert_sign_in_challenge",
  text: `INSERT INTO sign_in_challenges (token_hash, user_id, is_remembered, expires_at)
    SELECT $2, user_id, $5, $3::timestamptz + make_interval(secs => $4) FROM second_factors WHERE user_id = $1 AND enabled_at IS NOT NULL
    RETURNING user_id`,
};

/** The token of a sign-in that now waits for the second factor; `undefined`: the person has none. */
export async function insertChallenge(system: Needs, userUuid: string, isRemembered: boolean): Promise<string | undefined> {
  const { token, tokenHash } = newOneTimeToken();
  const values = [userUuid, tokenHash, system.now().toISOString(), PENDING_SECONDS, isRemembered];
  return (await system.statements.run(INSERT, values)).length === 1 ? token : undefined;
}

const FIND: Statement = {
  name: "find_sign_in_challenge",
  text: `SELECT c.user_id AS id FROM sign_in_challenges c JOIN users u ON u.id = c.user_id
    WHERE c.token_hash = $1 AND c.expires_at > $2 AND u.disabled_at IS NULL`,
};

/** Plain UUID of whoever may finish signing in with this token. */
export async function findChallenged(system: Needs, token: string): Promise<string | undefined> {
  const [row] = await system.statements.run<{ id: string }>(FIND, [hashOneTimeToken(token), system.now().toISOString()]);
  return row?.id;
}

const TAKE: Statement = {
  name: "take_sign_in_challenge",
  text: `DELETE FROM sign_in_challenges WHERE token_hash = $1 AND user_id = $2 AND expires_at > $3 RETURNING is_remembered AS "isRemembered"`,
};

/** Of two who finish the same sign-in one gets it. */
export async function takeChallenge(system: Needs, token: string, userUuid: string): Promise<{ isRemembered: boolean } | undefined> {
  const [row] = await system.statements.run<{ isRemembered: boolean }>(TAKE, [
    hashOneTimeToken(token),
    userUuid,
    system.now().toISOString(),
  ]);
  return row;
}
