import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Statement, System } from "@crew/core/system";
import type { Client } from "./auth-system.ts";

type Needs = Pick<System, "statements" | "newId" | "now">;

/** Whose second factor it is, as a plain UUID, and where the request came from. */
export interface Acting {
  userUuid: string;
  client: Client;
}

/** Workspaces that are told of one act. */
const MAX_WORKSPACES = 50;

/**
 * An act that tells every workspace which lets the person in, in the same statement; always in the same order, so that
 * two never wait for each other.
 */
function audited(name: string, action: string, act: string, more = ""): Statement {
  const text = `WITH act AS (${act}) ${more}, audit AS (
    INSERT INTO audit_events (id, workspace_id, actor, action, subject, address, created_at)
    SELECT ($2::uuid[])[place], workspace_id, jsonb_build_object('kind', 'user', 'userId', $3::text, 'apiKeyId', null, 'name', name), '${action}', $3, $4, now()
    FROM (
      SELECT m.workspace_id, u.name, row_number() OVER (ORDER BY m.workspace_id) AS place
      FROM act JOIN users u ON u.id = act.user_id JOIN workspace_members m ON m.user_id = u.id
    ) told WHERE place <= ${MAX_WORKSPACES} ORDER BY place
  ) SELECT * FROM act`;
  return { name, text };
}

/** True when the act found its row. */
async function runAudited(system: Needs, statement: Statement, { userUuid, client }: Acting, values: unknown[]): Promise<boolean> {
  const ids = Array.from({ length: MAX_WORKSPACES }, () => uuidFromTypeId(system.newId("audit")));
  const audit = [ids, typeIdFromUuid("user", userUuid), client.address];
  return (await system.statements.run(statement, [userUuid, ...audit, ...values])).length === 1;
}

/** What protected nothing yet may be begun anew; what is enabled stays as it is. */
const BEGIN: Statement = {
  name: "begin_second_factor",
  text: `INSERT INTO second_factors (user_id, seed_encrypted, recovery_code_hashes) VALUES ($1, $2, $3)
    ON CONFLICT (user_id) DO UPDATE SET seed_encrypted = excluded.seed_encrypted, recovery_code_hashes = excluded.recovery_code_hashes,
      last_step = 0, created_at = now()
    WHERE second_factors.enabled_at IS NULL RETURNING user_id`,
};

export async function beginSecondFactor(system: Needs, userUuid: string, sealedSeed: string, codeHashes: Buffer[]): Promise<boolean> {
  return (await system.statements.run(BEGIN, [userUuid, sealedSeed, codeHashes])).length === 1;
}

/** The fifth try in a row locks for a minute, each later one for twice as long as the one before, up to four hours. */
export const TRIES = 5;
const TAKE_TRY: Statement = {
  name: "take_second_factor_try",
  text: `UPDATE second_factors SET tries = tries + 1,
      locked_until = CASE WHEN tries + 1 >= ${TRIES} THEN $2::timestamptz + make_interval(secs => least(60 * 2 ^ least(tries + 1 - ${TRIES}, 20), 14400)) END
    WHERE user_id = $1 AND (locked_until IS NULL OR locked_until <= $2)
    RETURNING seed_encrypted AS "sealedSeed", enabled_at IS NOT NULL AS "isEnabled", tries, locked_until AS "lockedUntil"`,
};

export interface Try {
  sealedSeed: string;
  isEnabled: boolean;
  tries: number;
  /** Until when nothing more is looked at, should this try fail. */
  lockedUntil: string | null;
}

/**
 * Counts a try before the code is looked at: however many arrive at once, on however many processes, no more are looked
 * at than may fail. `undefined`: the person has no second factor, or it is locked.
 */
export async function takeTry(system: Needs, userUuid: string): Promise<Try | undefined> {
  const [row] = await system.statements.run<Try>(TAKE_TRY, [userUuid, system.now().toISOString()]);
  return row;
}

const FIND_LOCK: Statement = {
  name: "find_second_factor_lock",
  text: "SELECT locked_until AS until FROM second_factors WHERE user_id = $1",
};

export async function findLock(system: Needs, userUuid: string): Promise<string | null | undefined> {
  const [row] = await system.statements.run<{ until: string | null }>(FIND_LOCK, [userUuid]);
  return row?.until;
}

const NOTE_LOCK = audited("note_second_factor_lock", "second_factor.failed_locked", "SELECT $1::uuid AS user_id");

export async function noteLock(system: Needs, acting: Acting): Promise<void> {
  await runAudited(system, NOTE_LOCK, acting, []);
}

/** The compare-and-set that lets each code pass once: of all who show it, on all processes, one moves the step on. */
const USE_STEP: Statement = {
  name: "use_second_factor_step",
  text: `UPDATE second_factors SET last_step = $2, tries = 0, locked_until = NULL
    WHERE user_id = $1 AND last_step < $2 AND enabled_at IS NOT NULL RETURNING user_id`,
};

export async function useStep(system: Needs, userUuid: string, step: number): Promise<boolean> {
  return (await system.statements.run(USE_STEP, [userUuid, step])).length === 1;
}

const USE_RECOVERY_CODE = audited(
  "use_recovery_code",
  "second_factor.recovery_used",
  `UPDATE second_factors SET recovery_code_hashes = array_remove(recovery_code_hashes, $5::bytea), tries = 0, locked_until = NULL
    WHERE user_id = $1 AND $5::bytea = ANY (recovery_code_hashes) AND enabled_at IS NOT NULL RETURNING user_id`,
);

export async function useRecoveryCode(system: Needs, acting: Acting, codeHash: Buffer): Promise<boolean> {
  return runAudited(system, USE_RECOVERY_CODE, acting, [codeHash]);
}

/** Whoever was in before has shown one factor alone. */
const END_SESSIONS = `, ended AS (DELETE FROM sessions s USING act WHERE s.user_id = act.user_id),
  void AS (DELETE FROM sign_in_challenges c USING act WHERE c.user_id = act.user_id)`;

/** Only the seed whose code was seen: in between another may have been begun. */
const CONFIRM = audited(
  "confirm_second_factor",
  "second_factor.enabled",
  `UPDATE second_factors SET enabled_at = now(), last_step = $5, tries = 0, locked_until = NULL
    WHERE user_id = $1 AND enabled_at IS NULL AND seed_encrypted = $6 RETURNING user_id`,
  END_SESSIONS,
);

export async function confirmSecondFactor(system: Needs, acting: Acting, step: number, sealedSeed: string): Promise<boolean> {
  return runAudited(system, CONFIRM, acting, [step, sealedSeed]);
}

const REMOVE = audited(
  "remove_second_factor",
  "second_factor.disabled",
  "DELETE FROM second_factors WHERE user_id = $1 AND enabled_at IS NOT NULL RETURNING user_id",
  END_SESSIONS,
);

export async function removeSecondFactor(system: Needs, acting: Acting): Promise<boolean> {
  return runAudited(system, REMOVE, acting, []);
}

const REPLACE_CODES = audited(
  "replace_recovery_codes",
  "second_factor.recovery_codes_replaced",
  "UPDATE second_factors SET recovery_code_hashes = $5 WHERE user_id = $1 AND enabled_at IS NOT NULL RETURNING user_id",
);

export async function replaceRecoveryCodes(system: Needs, acting: Acting, codeHashes: Buffer[]): Promise<boolean> {
  return runAudited(system, REPLACE_CODES, acting, [codeHashes]);
}
