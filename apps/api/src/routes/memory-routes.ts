import { memoryEndpoints } from "@crew/contracts/memories";
import { deleteMemory } from "@crew/core/memories/delete-memory";
import { listMemories } from "@crew/core/memories/list-memories";
import { purgeMemories } from "@crew/core/memories/purge-memories";
import type { RegisterRoute } from "../route.ts";

export function memoryRoutes(route: RegisterRoute): void {
  route(memoryEndpoints.list, (ctx, { query }) => listMemories(ctx, query));
  route(memoryEndpoints.delete, (ctx, { params }) => deleteMemory(ctx, params.memoryId));
  route(memoryEndpoints.purge, (ctx, { body }) => purgeMemories(ctx, body));
}
