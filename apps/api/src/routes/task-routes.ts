import { taskEndpoints } from "@crew/contracts/tasks";
import { createTask } from "@crew/core/tasks/create-task";
import { deleteTask } from "@crew/core/tasks/delete-task";
import { getTask } from "@crew/core/tasks/get-task";
import { listTasks } from "@crew/core/tasks/list-tasks";
import { updateTask } from "@crew/core/tasks/update-task";
import type { RegisterRoute } from "../route.ts";

export function taskRoutes(route: RegisterRoute): void {
  route(taskEndpoints.list, (ctx, { query }) => listTasks(ctx, query));
  route(taskEndpoints.get, (ctx, { params }) => getTask(ctx, params.taskId));
  route(taskEndpoints.create, (ctx, { body }) => createTask(ctx, body));
  route(taskEndpoints.update, (ctx, { params, body, ifMatch }) => updateTask(ctx, params.taskId, body, { ifMatch }));
  route(taskEndpoints.delete, (ctx, { params }) => deleteTask(ctx, params.taskId));
}
