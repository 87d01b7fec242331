import type { ApiKey, RateClass } from "@crew/contracts/api-keys";
import type { Page, PageQuery } from "@crew/contracts/page";
import type { MemberRole, Permission } from "@crew/contracts/permissions";
import { apiKeysTable as keys } from "@crew/db/api-keys-table";
import { usersTable as users } from "@crew/db/users-table";
import { workspaceMembersTable as members } from "@crew/db/workspace-members-table";
import { and, count, desc, eq, lt } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db, Statement, Statements } from "../system.ts";

interface Owner {
  workspaceId: string;
  userId: string;
}

/** One person's keys in a workspace or, without a person, everybody's. */
interface Holders {
  workspaceId: string;
  userId?: string;
}

const shown = {
  id: keys.id,
  name: keys.name,
  prefix: keys.prefix,
  lastFour: keys.lastFour,
  scopes: keys.scopes,
  rateClass: keys.rateClass,
  expiresAt: keys.expiresAt,
  lastUsedAt: keys.lastUsedAt,
  lastUsedAddress: keys.lastUsedAddress,
  createdAt: keys.createdAt,
  owner: { userId: keys.userId, name: users.name },
};

const isOf = ({ workspaceId, userId }: Holders) =>
  and(eq(keys.workspaceId, workspaceId), userId === undefined ? undefined : eq(keys.userId, userId));

/** Holds back other creations by the same person, so that two at once cannot pass the limit. */
export async function countApiKeysForUpdate(db: Db, owner: Owner): Promise<number> {
  await db
    .select({ role: members.role })
    .from(members)
    .where(and(eq(members.workspaceId, owner.workspaceId), eq(members.userId, owner.userId)))
    .for("no key update");
  const [row] = await db.select({ count: count() }).from(keys).where(isOf(owner));
  return row?.count ?? 0;
}

export async function insertApiKey(db: Db, workspaceId: string, { owner, ...key }: ApiKey, keyHash: Buffer): Promise<void> {
  await db.insert(keys).values({ ...key, workspaceId, userId: owner.userId, keyHash });
}

export async function listApiKeyPage(db: Db, holders: Holders, page: PageQuery): Promise<Page<ApiKey>> {
  const [after] = decodeCursor(page.cursor, 1);
  const rows = await db
    .select(shown)
    .from(keys)
    .innerJoin(users, eq(users.id, keys.userId))
    .where(and(isOf(holders), after === undefined ? undefined : lt(keys.id, after)))
    .orderBy(desc(keys.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page.limit, ({ id }) => [id]);
}

/** The key as it is shown and its hash; nobody else changes it until the transaction has ended. */
export async function findApiKeyForUpdate(
  db: Db,
  holders: Holders,
  apiKeyId: string,
): Promise<{ key: ApiKey; keyHash: Buffer } | undefined> {
  const [row] = await db
    .select({ ...shown, keyHash: keys.keyHash })
    .from(keys)
    .innerJoin(users, eq(users.id, keys.userId))
    .where(and(isOf(holders), eq(keys.id, apiKeyId)))
    .for("update", { of: keys });
  if (!row) return undefined;
  const { keyHash, ...key } = row;
  return { key, keyHash };
}

/** The same key with another secret, never used. */
export async function replaceApiKeySecret(
  db: Db,
  workspaceId: string,
  apiKeyId: string,
  secret: { keyHash: Buffer; prefix: string; lastFour: string },
): Promise<void> {
  await db
    .update(keys)
    .set({ ...secret, lastUsedAt: null, lastUsedAddress: null })
    .where(and(eq(keys.workspaceId, workspaceId), eq(keys.id, apiKeyId)));
}

/** What is left to forget of a key that is gone. */
export interface RemovedApiKey {
  id: string;
  userId: string;
  name: string;
  keyHash: Buffer;
}

/** Of two who remove the same key one gets it. */
export async function removeApiKeys(db: Db, holders: Holders, apiKeyId?: string): Promise<RemovedApiKey[]> {
  return db
    .delete(keys)
    .where(and(isOf(holders), apiKeyId === undefined ? undefined : eq(keys.id, apiKeyId)))
    .returning({ id: keys.id, userId: keys.userId, name: keys.name, keyHash: keys.keyHash });
}

/** Hashes of the keys whose owner's rights have changed. */
export async function listApiKeyHashes(db: Db, holders: Holders): Promise<{ id: string; keyHash: Buffer }[]> {
  return db.select({ id: keys.id, keyHash: keys.keyHash }).from(keys).where(isOf(holders));
}

/** A valid key with its owner's role of this moment. Ids are plain UUIDs. */
export interface FoundApiKey {
  id: string;
  workspace_id: string;
  user_id: string;
  name: string;
  scopes: Permission[];
  rate_class: RateClass;
  expires_at: string | null;
  role: MemberRole;
  custom_permissions: Permission[] | null;
  /** The workspace asks for a second factor, which the key's owner has not. */
  lacks_second_factor: boolean;
  /** A minute or more has passed since its last use was written down. */
  is_use_due: boolean;
}

const FIND: Statement = {
  name: "find_api_key",
  text: `SELECT k.id, k.workspace_id, k.user_id, k.name, k.scopes, k.rate_class, k.expires_at, m.role, r.permissions AS custom_permissions,
      w.requires_second_factor AND NOT EXISTS (SELECT FROM second_factors f WHERE f.user_id = k.user_id AND f.enabled_at IS NOT NULL) AS lacks_second_factor,
      k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute' AS is_use_due
    FROM api_keys k JOIN workspace_members m ON m.workspace_id = k.workspace_id AND m.user_id = k.user_id
      JOIN users u ON u.id = k.user_id AND u.disabled_at IS NULL JOIN workspaces w ON w.id = k.workspace_id
      LEFT JOIN custom_roles r ON r.id = m.custom_role_id
    WHERE k.key_hash = $1 AND (k.expires_at IS NULL OR k.expires_at > now())`,
};

export async function findApiKeyByHash(statements: Statements, keyHash: Buffer): Promise<FoundApiKey | undefined> {
  const [row] = await statements.run<FoundApiKey>(FIND, [keyHash]);
  return row;
}

/** The condition again, since other processes have read the same row at the same time. */
const TOUCH: Statement = {
  name: "touch_api_key",
  text: `UPDATE api_keys SET last_used_at = now(), last_used_address = coalesce($2, last_used_address)
    WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
};

export async function touchApiKey(statements: Statements, apiKeyUuid: string, address: string | null): Promise<void> {
  await statements.run(TOUCH, [apiKeyUuid, address]);
}
