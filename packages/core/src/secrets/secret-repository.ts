import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Secret } from "@crew/contracts/secrets";
import { secretsTable as secrets } from "@crew/db/secrets-table";
import { and, asc, count, eq } from "drizzle-orm";
import type { Db, SecretPlace, Statement, Statements } from "../system.ts";

/** A secret as it is kept; the value is sealed. */
export interface KeptSecret extends Secret {
  workspaceId: string;
  valueSealed: string;
}

const shown = {
  id: secrets.id,
  name: secrets.name,
  description: secrets.description,
  hosts: secrets.hosts,
  lastFour: secrets.lastFour,
  version: secrets.version,
  updatedAt: secrets.updatedAt,
  updatedBy: secrets.updatedBy,
  createdAt: secrets.createdAt,
};

/** Bound to the version, so that an earlier value cannot be put back. */
export function secretPlace({ id, version }: { id: string; version: number }): Omit<SecretPlace, "workspaceId"> {
  return { table: "secrets", column: "value_sealed", rowId: id, version };
}

export async function listSecretRows(db: Db, workspaceId: string): Promise<Secret[]> {
  return db.select(shown).from(secrets).where(eq(secrets.workspaceId, workspaceId)).orderBy(asc(secrets.name));
}

export async function countSecrets(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(secrets).where(eq(secrets.workspaceId, workspaceId));
  return row?.count ?? 0;
}

/** False when the workspace has one of this name. */
export async function insertSecret(db: Db, secret: KeptSecret): Promise<boolean> {
  const inserted = await db
    .insert(secrets)
    .values(secret)
    .onConflictDoNothing({ target: [secrets.workspaceId, secrets.name] })
    .returning({ id: secrets.id });
  return inserted.length === 1;
}

/** Holds back whoever else changes it. */
export async function lockSecret(db: Db, workspaceId: string, secretId: string): Promise<Secret | undefined> {
  const [row] = await db.select(shown).from(secrets).where(isOne(workspaceId, secretId)).for("no key update");
  return row;
}

export async function updateSecretRow(
  db: Db,
  workspaceId: string,
  secretId: string,
  change: Partial<Omit<KeptSecret, "id" | "workspaceId" | "name" | "createdAt">>,
): Promise<void> {
  await db.update(secrets).set(change).where(isOne(workspaceId, secretId));
}

/** The removed secret's name. */
export async function removeSecret(db: Db, workspaceId: string, secretId: string): Promise<string | undefined> {
  const [row] = await db.delete(secrets).where(isOne(workspaceId, secretId)).returning({ name: secrets.name });
  return row?.name;
}

const isOne = (workspaceId: string, secretId: string) => and(eq(secrets.workspaceId, workspaceId), eq(secrets.id, secretId));

/** A sealed value with what opens it. */
export interface SealedSecret {
  id: string;
  name: string;
  version: number;
  valueSealed: string;
  wrappedKey: string;
}

const FIND_HOSTS: Statement = {
  name: "find_secret_hosts",
  text: "SELECT name, hosts FROM secrets WHERE workspace_id = $1 AND name = ANY($2)",
};

/** Where each of these may be sent; one that is absent is not there. */
export async function findSecretHosts(
  statements: Statements,
  workspaceId: string,
  names: readonly string[],
): Promise<{ name: string; hosts: string[] }[]> {
  return statements.run(FIND_HOSTS, [uuidFromTypeId(workspaceId), names]);
}

const FIND_SEALED: Statement = {
  name: "find_sealed_secrets",
  text: `SELECT s.id, s.name, s.version, s.value_sealed, k.wrapped_key
    FROM secrets s JOIN data_keys k ON k.workspace_id = s.workspace_id AND k.key_id = split_part(s.value_sealed, '.', 2)
    WHERE s.workspace_id = $1 AND s.name = ANY($2)`,
};

export async function findSealedSecrets(statements: Statements, workspaceId: string, names: readonly string[]): Promise<SealedSecret[]> {
  type Row = { id: string; name: string; version: number; value_sealed: string; wrapped_key: string };
  const rows = await statements.run<Row>(FIND_SEALED, [uuidFromTypeId(workspaceId), names]);
  return rows.map(({ id, name, version, value_sealed, wrapped_key }) => ({
    id: typeIdFromUuid("secret", id),
    name,
    version,
    valueSealed: value_sealed,
    wrappedKey: wrapped_key,
  }));
}
