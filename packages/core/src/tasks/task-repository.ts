import type { Page, PageQuery } from "@crew/contracts/page";
import type { Task, TaskResource } from "@crew/contracts/tasks";
import { crewsTable as crews } from "@crew/db/crews-table";
import { tasksTable as tasks } from "@crew/db/tasks-table";
import { and, desc, eq, isNull, lt, notInArray, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";

type CrewWrite = { workspaceId: string; crewId: string; at: string };

const resource = {
  id: tasks.id,
  key: tasks.key,
  description: tasks.description,
  expectedOutput: tasks.expectedOutput,
  agent: tasks.agentKey,
  context: tasks.context,
  tools: tasks.tools,
  humanInput: tasks.humanInput,
  maxExecutionSeconds: tasks.maxExecutionSeconds,
  crewId: tasks.crewId,
  crewVersion: crews.version,
  position: tasks.position,
  createdAt: tasks.createdAt,
};

const isAlive = (workspaceId: string) =>
  and(eq(tasks.workspaceId, workspaceId), eq(crews.workspaceId, workspaceId), isNull(crews.deletedAt));

export async function findTask(db: Db, workspaceId: string, taskId: string): Promise<TaskResource | undefined> {
  const [row] = await db
    .select(resource)
    .from(tasks)
    .innerJoin(crews, eq(crews.id, tasks.crewId))
    .where(and(isAlive(workspaceId), eq(tasks.id, taskId)));
  return row;
}

export async function listTaskPage(db: Db, workspaceId: string, query: PageQuery & { crewId?: string }): Promise<Page<TaskResource>> {
  const [after] = decodeCursor(query.cursor, 1);
  const rows = await db
    .select(resource)
    .from(tasks)
    .innerJoin(crews, eq(crews.id, tasks.crewId))
    .where(
      and(
        isAlive(workspaceId),
        query.crewId === undefined ? undefined : eq(tasks.crewId, query.crewId),
        after === undefined ? undefined : lt(tasks.id, after),
      ),
    )
    .orderBy(desc(tasks.id))
    .limit(query.limit + 1);
  return pageFrom(rows, query.limit, ({ id }) => [id]);
}

/** Writes the crew's tasks in their order; those that exist keep their time of creation. */
export async function upsertTasks(db: Db, { workspaceId, crewId, at }: CrewWrite, list: readonly Task[]): Promise<void> {
  await db
    .insert(tasks)
    .values(list.map(({ agent, ...task }, position) => ({ ...task, agentKey: agent, workspaceId, crewId, position, createdAt: at })))
    .onConflictDoUpdate({
      target: tasks.id,
      set: {
        key: sql`excluded.key`,
        position: sql`excluded.position`,
        description: sql`excluded.description`,
        expectedOutput: sql`excluded.expected_output`,
        agentKey: sql`excluded.agent_key`,
        context: sql`excluded.context`,
        tools: sql`excluded.tools`,
        humanInput: sql`excluded.human_input`,
        maxExecutionSeconds: sql`excluded.max_execution_seconds`,
      },
    });
}

export async function removeOtherTasks(db: Db, { workspaceId, crewId }: CrewWrite, kept: readonly Task[]): Promise<void> {
  const ids = kept.map(({ id }) => id);
  await db.delete(tasks).where(and(eq(tasks.workspaceId, workspaceId), eq(tasks.crewId, crewId), notInArray(tasks.id, ids)));
}
