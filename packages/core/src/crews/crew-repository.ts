import type { Crew, CrewSummary, CrewVersion } from "@crew/contracts/crews";
import type { Page, PageQuery } from "@crew/contracts/page";
import { agentsTable as agents } from "@crew/db/agents-table";
import { crewSignOffsTable as signOffs } from "@crew/db/crew-sign-offs-table";
import { crewVersionsTable as versions } from "@crew/db/crew-versions-table";
import { crewsTable as crews } from "@crew/db/crews-table";
import { runsTable as runs } from "@crew/db/runs-table";
import { tasksTable as tasks } from "@crew/db/tasks-table";
import { and, count, desc, eq, exists, inArray, isNull, lt, or, sql } from "drizzle-orm";
import { z } from "zod";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";
import { type CrewDraft, crewOf, definitionOf, storedDefinition } from "./crew-draft.ts";

type Write = { workspaceId: string; crewId: string; version: number; draft: CrewDraft; userId: string; at: string };

const isAlive = (workspaceId: string) => and(eq(crews.workspaceId, workspaceId), isNull(crews.deletedAt));

/** The crew is read through its current version: what is shown is what a run would execute. */
export async function findCrew(db: Db, workspaceId: string, crewId: string): Promise<Crew | undefined> {
  const [row] = await db
    .select({
      crew: crews,
      definition: versions.definition,
      signedOff: { by: signOffs.signedByName, at: signOffs.signedAt },
    })
    .from(crews)
    .innerJoin(versions, and(eq(versions.crewId, crews.id), eq(versions.version, crews.version)))
    .leftJoin(signOffs, and(eq(signOffs.crewId, crews.id), eq(signOffs.version, crews.version)))
    .where(and(isAlive(workspaceId), eq(crews.id, crewId)))
    .prepare("find_crew")
    .execute();
  if (!row) return undefined;
  const { id, version, createdBy, createdAt, updatedAt, ...kept } = row.crew;
  return crewOf({ ...kept, ...storedDefinition(row.definition) }, { id, version, createdBy, createdAt, updatedAt }, row.signedOff);
}

/**
 * Locks the crew and then reads it, in two statements: a join that waited for the lock would look for the version that
 * the row had before, and find nothing.
 */
export async function findCrewForUpdate(db: Db, workspaceId: string, crewId: string): Promise<Crew | undefined> {
  const locked = await db
    .select({ id: crews.id })
    .from(crews)
    .where(and(isAlive(workspaceId), eq(crews.id, crewId)))
    .for("no key update");
  return locked.length === 0 ? undefined : findCrew(db, workspaceId, crewId);
}

export async function countCrews(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(crews).where(isAlive(workspaceId));
  return row?.count ?? 0;
}

/** Newest first; agents, tasks and runs are counted in the same statement. */
/** `only`: of these crews alone. */
export async function listCrewSummaries(
  db: Db,
  workspaceId: string,
  page: PageQuery,
  only?: readonly string[],
): Promise<Page<CrewSummary>> {
  const [after] = decodeCursor(page.cursor, 1);
  const lastRun = db
    .select({ id: runs.id, state: runs.state, createdAt: runs.createdAt })
    .from(runs)
    // Answers of its agents in chats are the crew's too, and no runs of it.
    .where(and(eq(runs.workspaceId, workspaceId), eq(runs.crewId, crews.id), eq(runs.kind, "crew")))
    .orderBy(desc(runs.id))
    .limit(1)
    .as("last_run");
  const active = and(eq(runs.workspaceId, workspaceId), eq(runs.crewId, crews.id), eq(runs.kind, "crew"), isNull(runs.endedAt));
  const rows = await db
    .select({
      id: crews.id,
      name: crews.name,
      description: crews.description,
      process: crews.process,
      model: crews.model,
      agentCount: sql<number>`(SELECT count(*)::int FROM ${agents} WHERE ${eq(agents.crewId, crews.id)})`,
      taskCount: sql<number>`(SELECT count(*)::int FROM ${tasks} WHERE ${eq(tasks.crewId, crews.id)})`,
      version: crews.version,
      createdAt: crews.createdAt,
      updatedAt: crews.updatedAt,
      activeRuns: sql<number>`(SELECT count(*)::int FROM ${runs} WHERE ${active})`,
      lastRun: { id: lastRun.id, state: lastRun.state, createdAt: lastRun.createdAt },
    })
    .from(crews)
    .leftJoinLateral(lastRun, sql`true`)
    .where(and(isAlive(workspaceId), after === undefined ? undefined : lt(crews.id, after), only && inArray(crews.id, [...only])))
    .orderBy(desc(crews.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page.limit, ({ id }) => [id]);
}

export async function listCrewVersions(db: Db, workspaceId: string, crewId: string, page: PageQuery): Promise<Page<CrewVersion>> {
  const [after] = decodeCursor(page.cursor, z.tuple([z.int()]));
  const rows = await db
    .select({
      crewId: versions.crewId,
      version: versions.version,
      definition: versions.definition,
      createdBy: versions.createdBy,
      createdAt: versions.createdAt,
    })
    .from(versions)
    .where(
      and(
        eq(versions.workspaceId, workspaceId),
        eq(versions.crewId, crewId),
        after === undefined ? undefined : lt(versions.version, after),
      ),
    )
    .orderBy(desc(versions.version))
    .limit(page.limit + 1);
  const list = rows.map((row) => ({ ...row, definition: storedDefinition(row.definition) }));
  return pageFrom(list, page.limit, ({ version }) => [version]);
}

/** Names of the living crews that name a model of this provider, for themselves or for an agent. */
export async function listCrewsOfProvider(db: Db, workspaceId: string, providerName: string, limit: number): Promise<string[]> {
  const prefix = `${providerName}/`;
  const rows = await db
    .select({ name: crews.name })
    .from(crews)
    .where(
      and(
        isAlive(workspaceId),
        or(
          sql`starts_with(${crews.model}, ${prefix})`,
          exists(
            db
              .select({ id: agents.id })
              .from(agents)
              .where(and(eq(agents.workspaceId, workspaceId), eq(agents.crewId, crews.id), sql`starts_with(${agents.model}, ${prefix})`)),
          ),
        ),
      ),
    )
    .orderBy(desc(crews.id))
    .limit(limit);
  return rows.map(({ name }) => name);
}

export async function insertCrew(db: Db, { workspaceId, crewId, version, draft, userId, at }: Write): Promise<void> {
  const { name, description, process, model, example } = draft;
  await db.insert(crews).values({
    id: crewId,
    workspaceId,
    ...{ name, description, process, model, example, version },
    createdBy: userId,
    createdAt: at,
    updatedAt: at,
  });
}

export async function updateCrewRow(db: Db, { workspaceId, crewId, version, draft, at }: Write): Promise<void> {
  const { name, description, process, model, example } = draft;
  await db
    .update(crews)
    .set({ name, description, process, model, example, version, updatedAt: at })
    .where(and(isAlive(workspaceId), eq(crews.id, crewId)));
}

export async function insertCrewVersion(db: Db, { workspaceId, crewId, version, draft, userId, at }: Write): Promise<void> {
  await db.insert(versions).values({ crewId, version, workspaceId, definition: definitionOf(draft), createdBy: userId, createdAt: at });
}

/** The first word counts: a second one changes nothing. */
export async function insertSignOff(db: Db, row: typeof signOffs.$inferInsert): Promise<void> {
  await db.insert(signOffs).values(row).onConflictDoNothing();
}

/** False when there is no such living crew. Its agents and tasks stay with it, unreachable, for the sake of its runs. */
export async function removeCrew(db: Db, workspaceId: string, crewId: string, at: string): Promise<boolean> {
  const removed = await db
    .update(crews)
    .set({ deletedAt: at })
    .where(and(isAlive(workspaceId), eq(crews.id, crewId)))
    .returning({ id: crews.id });
  return removed.length === 1;
}
