import { z } from "zod";
import { Key, MaxExecutionSeconds } from "./agents.ts";
import { endpoint } from "./endpoint.ts";
import { CrewId, TaskId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { ToolName } from "./tools.ts";

const taskFields = {
  key: Key,
  description: z.string().trim().min(1).max(20_000),
  expectedOutput: z.string().trim().min(1).max(4_000),
  /** Key of the agent that does it. */
  agent: Key,
  /** Keys of earlier tasks whose outputs it reads. `null`: all earlier ones; `[]`: none. */
  context: z.array(Key).max(100).nullable(),
  /** Tools for this task alone; empty: the agent's. */
  tools: z.array(ToolName).max(32),
  /** A person reviews the output before the next task starts. */
  humanInput: z.boolean(),
  /** Seconds that it may take, waits for people not counted; `null`: as long as its agent may. */
  maxExecutionSeconds: MaxExecutionSeconds.nullable(),
};

/** A task as it is written: what the caller leaves out takes CrewAI's default. */
export const TaskInput = z
  .strictObject({
    ...taskFields,
    context: taskFields.context.default(null),
    tools: taskFields.tools.default([]),
    humanInput: taskFields.humanInput.default(false),
    maxExecutionSeconds: taskFields.maxExecutionSeconds.default(null),
  })
  .meta({ id: "TaskInput" });
export type TaskInput = z.infer<typeof TaskInput>;

/** A task as part of a crew; tasks run in the order of the list. */
export const Task = z.object({ id: TaskId, ...taskFields }).meta({ id: "Task" });
export type Task = z.infer<typeof Task>;

export const TaskResource = Task.extend({
  crewId: CrewId,
  crewVersion: z.int(),
  /** Place in the crew's order, from 0. */
  position: z.int(),
  createdAt: z.iso.datetime(),
}).meta({ id: "TaskResource" });
export type TaskResource = z.infer<typeof TaskResource>;

const position = z.int().min(0).max(99);

export const CreateTask = TaskInput.extend({ crewId: CrewId, position: position.optional() });
export type CreateTask = z.infer<typeof CreateTask>;

export const UpdateTask = z.strictObject({ ...taskFields, position }).partial();
export type UpdateTask = z.infer<typeof UpdateTask>;

const taskParams = z.strictObject({ taskId: TaskId });

export const taskEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/tasks",
    tag: "Design",
    summary: "List tasks",
    query: PageQuery.extend({ crewId: CrewId.optional() }),
    response: pageOf(TaskResource),
    status: 200,
    needs: "crews:read",
  }),
  get: endpoint({
    method: "GET",
    path: "/v1/tasks/:taskId",
    tag: "Design",
    summary: "Get a task",
    params: taskParams,
    response: TaskResource,
    status: 200,
    needs: "crews:read",
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/tasks",
    tag: "Design",
    summary: "Add a task to a crew",
    body: CreateTask,
    response: TaskResource,
    status: 201,
    needs: "crews:write",
    idempotent: true,
  }),
  update: endpoint({
    method: "PATCH",
    path: "/v1/tasks/:taskId",
    tag: "Design",
    summary: "Change a task; If-Match takes the crew's version",
    params: taskParams,
    body: UpdateTask,
    response: TaskResource,
    status: 200,
    needs: "crews:write",
    conditional: true,
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/tasks/:taskId",
    tag: "Design",
    summary: "Remove a task that no other task reads",
    params: taskParams,
    response: z.null(),
    status: 204,
    needs: "crews:write",
  }),
} as const;
