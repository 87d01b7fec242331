import type { Statement, Statements } from "../system.ts";

const FIND: Statement = {
  name: "find_session_proof",
  text: `SELECT s.proven_at > now() - make_interval(secs => $3) OR u.is_local_owner AS is_fresh
    FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1 AND s.user_id = $2 AND s.expires_at > now()`,
};

/** False for a session that is unknown, has ended or is somebody else's. */
export async function hasFreshProof(statements: Statements, sessionUuid: string, userUuid: string, seconds: number): Promise<boolean> {
  const [row] = await statements.run<{ is_fresh: boolean }>(FIND, [sessionUuid, userUuid, seconds]);
  return row?.is_fresh === true;
}
