import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { ModelProvider, ModelProviderKind } from "@crew/contracts/model-providers";
import { dataKeysTable as dataKeys } from "@crew/db/data-keys-table";
import { modelProvidersTable as providers } from "@crew/db/model-providers-table";
import { and, asc, count, eq, type SQL, sql } from "drizzle-orm";
import type { SetPrice } from "../model-prices/cost-by-set-price.ts";
import type { Db, Statement, Statements } from "../system.ts";
import type { LaneLimits } from "./lanes-port.ts";

/** A workspace's provider with what opens its key; never leaves core. */
export interface KeptProvider {
  id: string;
  workspaceId: string;
  kind: ModelProviderKind;
  name: string;
  baseUrl: string | null;
  models: string[];
  contextTokens: Record<string, number>;
  apiKeyEncrypted: string | null;
  keyLastFour: string | null;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  maxConcurrent: number | null;
  createdAt: string;
  wrappedDataKey: string | null;
}

const kept = {
  id: providers.id,
  workspaceId: providers.workspaceId,
  kind: providers.kind,
  name: providers.name,
  baseUrl: providers.baseUrl,
  models: providers.models,
  contextTokens: providers.contextTokens,
  apiKeyEncrypted: providers.apiKeyEncrypted,
  keyLastFour: providers.keyLastFour,
  requestsPerMinute: providers.requestsPerMinute,
  tokensPerMinute: providers.tokensPerMinute,
  maxConcurrent: providers.maxConcurrent,
  createdAt: providers.createdAt,
  wrappedDataKey: dataKeys.wrappedKey,
};

/** The data key that the sealed key names. */
function itsDataKey(): SQL | undefined {
  return and(eq(dataKeys.workspaceId, providers.workspaceId), sql`${dataKeys.keyId} = split_part(${providers.apiKeyEncrypted}, '.', 2)`);
}

/** `pace`: absent, a key that nobody has used yet. */
export function shownProvider(provider: KeptProvider, pace?: ModelProvider["pace"]): ModelProvider {
  const { id, kind, name, baseUrl, models, contextTokens, keyLastFour, requestsPerMinute, tokensPerMinute, maxConcurrent, createdAt } =
    provider;
  const limits = { requestsPerMinute, tokensPerMinute, maxConcurrent };
  return {
    id,
    kind,
    name,
    baseUrl,
    models,
    contextTokens,
    keyLastFour,
    ...limits,
    source: "workspace",
    pace: pace ?? { requestsPerMinute, closedUntil: null },
    createdAt,
  };
}

export async function listKeptProviders(db: Db, workspaceId: string): Promise<KeptProvider[]> {
  return db
    .select(kept)
    .from(providers)
    .leftJoin(dataKeys, itsDataKey())
    .where(eq(providers.workspaceId, workspaceId))
    .orderBy(asc(providers.name));
}

export async function findKeptProvider(
  db: Db,
  workspaceId: string,
  providerId: string,
  options: { forUpdate?: boolean } = {},
): Promise<KeptProvider | undefined> {
  const query = db
    .select(kept)
    .from(providers)
    .leftJoin(dataKeys, itsDataKey())
    .where(and(eq(providers.workspaceId, workspaceId), eq(providers.id, providerId)));
  const [row] = await (options.forUpdate ? query.for("no key update", { of: providers }) : query);
  return row;
}

const FIND_SOURCE: Statement = {
  name: "find_model_source",
  text: `SELECT p.id, p.kind, p.base_url, p.models, p.context_tokens, p.api_key_encrypted, p.key_last_four, p.requests_per_minute, p.tokens_per_minute,
      p.max_concurrent, p.created_at, k.wrapped_key, m.input_per_million, m.output_per_million
    FROM (SELECT $1::uuid AS workspace_id) w
      LEFT JOIN model_providers p ON p.workspace_id = w.workspace_id AND p.name = $2
      LEFT JOIN data_keys k ON k.workspace_id = p.workspace_id AND k.key_id = split_part(p.api_key_encrypted, '.', 2)
      LEFT JOIN model_prices m ON m.workspace_id = w.workspace_id AND m.model = $2 || '/' || $3`,
};

interface SourceRow {
  id: string | null;
  kind: ModelProviderKind;
  base_url: string | null;
  models: string[];
  context_tokens: Record<string, number>;
  api_key_encrypted: string | null;
  key_last_four: string | null;
  requests_per_minute: number | null;
  tokens_per_minute: number | null;
  max_concurrent: number | null;
  created_at: string;
  wrapped_key: string | null;
  input_per_million: string | null;
  output_per_million: string | null;
}

/** What a workspace has of a model's provider, and what it says that the model costs; for each model call of a worker. */
export async function findModelSource(
  statements: Statements,
  workspaceId: string,
  name: string,
  modelId: string,
): Promise<{ provider: KeptProvider | undefined; price: SetPrice | undefined }> {
  const [row] = await statements.run<SourceRow>(FIND_SOURCE, [uuidFromTypeId(workspaceId), name, modelId]);
  if (!row) throw new Error("a SELECT without WHERE always has a row");
  const { input_per_million: inputPerMillionUsd, output_per_million: outputPerMillionUsd } = row;
  return {
    provider: row.id === null ? undefined : providerFromRow({ ...row, id: row.id }, workspaceId, name),
    price: inputPerMillionUsd !== null && outputPerMillionUsd !== null ? { inputPerMillionUsd, outputPerMillionUsd } : undefined,
  };
}

function providerFromRow(row: SourceRow & { id: string }, workspaceId: string, name: string): KeptProvider {
  return {
    id: typeIdFromUuid("provider", row.id),
    workspaceId,
    kind: row.kind,
    name,
    baseUrl: row.base_url,
    models: row.models,
    contextTokens: row.context_tokens,
    apiKeyEncrypted: row.api_key_encrypted,
    keyLastFour: row.key_last_four,
    requestsPerMinute: row.requests_per_minute,
    tokensPerMinute: row.tokens_per_minute,
    maxConcurrent: row.max_concurrent,
    createdAt: row.created_at,
    wrappedDataKey: row.wrapped_key,
  };
}

export async function listProviderNames(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db.select({ name: providers.name }).from(providers).where(eq(providers.workspaceId, workspaceId));
  return rows.map(({ name }) => name);
}

export async function countProviders(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(providers).where(eq(providers.workspaceId, workspaceId));
  return row?.count ?? 0;
}

/** False when the workspace has one of this name. */
export async function insertProvider(db: Db, provider: Omit<KeptProvider, "wrappedDataKey">): Promise<boolean> {
  const inserted = await db
    .insert(providers)
    .values(provider)
    .onConflictDoNothing({ target: [providers.workspaceId, providers.name] })
    .returning({ id: providers.id });
  return inserted.length === 1;
}

export async function updateProviderRow(
  db: Db,
  workspaceId: string,
  providerId: string,
  change: Partial<Pick<KeptProvider, "baseUrl" | "models" | "contextTokens" | "apiKeyEncrypted" | "keyLastFour" | keyof LaneLimits>>,
): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await db
    .update(providers)
    .set(change)
    .where(and(eq(providers.workspaceId, workspaceId), eq(providers.id, providerId)));
}

export async function removeProvider(db: Db, workspaceId: string, providerId: string): Promise<void> {
  await db.delete(providers).where(and(eq(providers.workspaceId, workspaceId), eq(providers.id, providerId)));
}
