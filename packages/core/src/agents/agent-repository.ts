import type { Agent, AgentResource } from "@crew/contracts/agents";
import type { Page, PageQuery } from "@crew/contracts/page";
import { agentsTable as agents } from "@crew/db/agents-table";
import { crewsTable as crews } from "@crew/db/crews-table";
import { and, desc, eq, isNull, lt, notInArray, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";

type CrewWrite = { workspaceId: string; crewId: string; at: string };

const resource = {
  id: agents.id,
  key: agents.key,
  role: agents.role,
  goal: agents.goal,
  backstory: agents.backstory,
  model: agents.model,
  tools: agents.tools,
  maxIterations: agents.maxIterations,
  fallbackModels: agents.fallbackModels,
  maxExecutionSeconds: agents.maxExecutionSeconds,
  crewId: agents.crewId,
  crewVersion: crews.version,
  createdAt: agents.createdAt,
};

const isAlive = (workspaceId: string) =>
  and(eq(agents.workspaceId, workspaceId), eq(crews.workspaceId, workspaceId), isNull(crews.deletedAt));

export async function findAgent(db: Db, workspaceId: string, agentId: string): Promise<AgentResource | undefined> {
  const [row] = await db
    .select(resource)
    .from(agents)
    .innerJoin(crews, eq(crews.id, agents.crewId))
    .where(and(isAlive(workspaceId), eq(agents.id, agentId)));
  return row;
}

export async function listAgentPage(db: Db, workspaceId: string, query: PageQuery & { crewId?: string }): Promise<Page<AgentResource>> {
  const [after] = decodeCursor(query.cursor, 1);
  const rows = await db
    .select(resource)
    .from(agents)
    .innerJoin(crews, eq(crews.id, agents.crewId))
    .where(
      and(
        isAlive(workspaceId),
        query.crewId === undefined ? undefined : eq(agents.crewId, query.crewId),
        after === undefined ? undefined : lt(agents.id, after),
      ),
    )
    .orderBy(desc(agents.id))
    .limit(query.limit + 1);
  return pageFrom(rows, query.limit, ({ id }) => [id]);
}

/** Writes the crew's agents in their order; those that exist keep their time of creation. */
export async function upsertAgents(db: Db, { workspaceId, crewId, at }: CrewWrite, list: readonly Agent[]): Promise<void> {
  await db
    .insert(agents)
    .values(list.map((agent, position) => ({ ...agent, workspaceId, crewId, position, createdAt: at })))
    .onConflictDoUpdate({
      target: agents.id,
      set: {
        key: sql`excluded.key`,
        position: sql`excluded.position`,
        role: sql`excluded.role`,
        goal: sql`excluded.goal`,
        backstory: sql`excluded.backstory`,
        model: sql`excluded.model`,
        tools: sql`excluded.tools`,
        maxIterations: sql`excluded.max_iterations`,
        fallbackModels: sql`excluded.fallback_models`,
        maxExecutionSeconds: sql`excluded.max_execution_seconds`,
      },
    });
}

export async function removeOtherAgents(db: Db, { workspaceId, crewId }: CrewWrite, kept: readonly Agent[]): Promise<void> {
  const ids = kept.map(({ id }) => id);
  await db.delete(agents).where(and(eq(agents.workspaceId, workspaceId), eq(agents.crewId, crewId), notInArray(agents.id, ids)));
}
