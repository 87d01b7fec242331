import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Page } from "@crew/contracts/page";
import type { TriggerMapping } from "@crew/contracts/trigger-mapping";
import type { ListTriggers, Trigger, TriggerDeliveryState } from "@crew/contracts/triggers";
import { crewsTable as crews } from "@crew/db/crews-table";
import { triggersTable as triggers } from "@crew/db/triggers-table";
import { and, count, desc, eq, lt, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Principal } from "../runs/standing-actor.ts";
import type { Db, SecretPlace, Statement, Statements } from "../system.ts";

export type TriggerRow = typeof triggers.$inferSelect;
export type FoundTrigger = Omit<Trigger, "url">;

interface LastDelivery {
  state: TriggerDeliveryState;
  runId: string | null;
  at: string;
}

const shown = {
  id: triggers.id,
  crewId: triggers.crewId,
  crewName: crews.name,
  name: triggers.name,
  mapping: triggers.mapping,
  isEnabled: triggers.isEnabled,
  formerUntil: sql<string | null>`CASE WHEN ${triggers.formerUntil} > now() THEN ${triggers.formerUntil} END`,
  createdBy: triggers.createdBy,
  actsForUserId: triggers.actsForUserId,
  actsForName: triggers.actsForName,
  createdAt: triggers.createdAt,
  updatedAt: triggers.updatedAt,
  lastDelivery: sql<LastDelivery | null>`(SELECT jsonb_build_object('state', d.state, 'runId', d.run_id, 'at', d.last_received_at)
    FROM trigger_deliveries d WHERE d.trigger_id = ${triggers.id} ORDER BY d.id DESC LIMIT 1)`,
};

type Found = Omit<FoundTrigger, "actsFor" | "formerSecretUntil"> & {
  formerUntil: string | null;
  actsForUserId: string | null;
  actsForName: string;
};

function shownTrigger({ formerUntil, actsForUserId, actsForName, lastDelivery, ...row }: Found): FoundTrigger {
  return {
    ...row,
    formerSecretUntil: formerUntil && new Date(formerUntil).toISOString(),
    lastDelivery: lastDelivery && {
      state: lastDelivery.state,
      runId: lastDelivery.runId && typeIdFromUuid("run", lastDelivery.runId),
      at: new Date(lastDelivery.at).toISOString(),
    },
    actsFor: { userId: actsForUserId, name: actsForName },
  };
}

const isOne = (workspaceId: string, triggerId: string) => and(eq(triggers.workspaceId, workspaceId), eq(triggers.id, triggerId));

/** Where a signing secret stands; the former one keeps the place that it was sealed for. */
export function triggerSecretPlace(triggerId: string): Omit<SecretPlace, "workspaceId"> {
  return { table: "triggers", column: "secret_sealed", rowId: triggerId };
}

export async function listTriggerPage(db: Db, workspaceId: string, query: ListTriggers): Promise<Page<FoundTrigger>> {
  const [after] = decodeCursor(query.cursor, 1);
  const rows = await db
    .select(shown)
    .from(triggers)
    .innerJoin(crews, eq(crews.id, triggers.crewId))
    .where(
      and(
        eq(triggers.workspaceId, workspaceId),
        query.crewId === undefined ? undefined : eq(triggers.crewId, query.crewId),
        after === undefined ? undefined : lt(triggers.id, after),
      ),
    )
    .orderBy(desc(triggers.id))
    .limit(query.limit + 1);
  return pageFrom(rows.map(shownTrigger), query.limit, ({ id }) => [id]);
}

export async function findTrigger(db: Db, workspaceId: string, triggerId: string): Promise<FoundTrigger | undefined> {
  const [row] = await db.select(shown).from(triggers).innerJoin(crews, eq(crews.id, triggers.crewId)).where(isOne(workspaceId, triggerId));
  return row && shownTrigger(row);
}

export async function countTriggers(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(triggers).where(eq(triggers.workspaceId, workspaceId));
  return row?.count ?? 0;
}

export async function insertTrigger(db: Db, trigger: typeof triggers.$inferInsert): Promise<void> {
  await db.insert(triggers).values(trigger);
}

/** Holds back whoever else changes it. */
export async function lockTrigger(db: Db, workspaceId: string, triggerId: string): Promise<TriggerRow | undefined> {
  const [row] = await db.select().from(triggers).where(isOne(workspaceId, triggerId)).for("no key update");
  return row;
}

export async function updateTriggerRow(db: Db, triggerId: string, change: Partial<typeof triggers.$inferInsert>): Promise<void> {
  await db.update(triggers).set(change).where(eq(triggers.id, triggerId));
}

/** The removed trigger's name. */
export async function removeTrigger(db: Db, workspaceId: string, triggerId: string): Promise<string | undefined> {
  const [row] = await db.delete(triggers).where(isOne(workspaceId, triggerId)).returning({ name: triggers.name });
  return row?.name;
}

/** What taking an event in needs: whom it acts for, what becomes of the payload, and the sealed secrets with what opens them. */
export interface ListeningTrigger extends Principal {
  id: string;
  name: string;
  mapping: TriggerMapping;
  isEnabled: boolean;
  secrets: { sealed: string; wrappedKey: string }[];
}

const FIND_LISTENING: Statement = {
  name: "find_listening_trigger",
  text: `SELECT t.workspace_id, t.crew_id, t.name, t.mapping, t.is_enabled, t.acts_for_user_id, t.acts_for_name, t.authority,
      (SELECT jsonb_agg(jsonb_build_object('sealed', s.sealed, 'wrappedKey', k.wrapped_key))
       FROM unnest(ARRAY[t.secret_sealed, CASE WHEN t.former_until > now() THEN t.former_secret_sealed END]) AS s(sealed)
       JOIN data_keys k ON k.workspace_id = t.workspace_id AND k.key_id = split_part(s.sealed, '.', 2)) AS secrets
    FROM triggers t WHERE t.id = $1`,
};

/** Whoever asks: the signature is what lets them in. */
export async function findListeningTrigger(statements: Statements, triggerId: string): Promise<ListeningTrigger | undefined> {
  type Row = Pick<ListeningTrigger, "name" | "mapping" | "secrets" | "authority"> & {
    workspace_id: string;
    crew_id: string;
    is_enabled: boolean;
    acts_for_user_id: string | null;
    acts_for_name: string;
  };
  const [row] = await statements.run<Row>(FIND_LISTENING, [uuidFromTypeId(triggerId)]);
  if (!row) return undefined;
  const { workspace_id, crew_id, is_enabled, acts_for_user_id, acts_for_name, ...rest } = row;
  return {
    ...rest,
    id: triggerId,
    workspaceId: typeIdFromUuid("workspace", workspace_id),
    crewId: typeIdFromUuid("crew", crew_id),
    isEnabled: is_enabled,
    actsForUserId: acts_for_user_id && typeIdFromUuid("user", acts_for_user_id),
    actsForName: acts_for_name,
  };
}
