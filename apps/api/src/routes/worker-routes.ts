import { workerEndpoints } from "@crew/contracts/workers";
import { listWorkers } from "@crew/core/workers/list-workers";
import type { RegisterRoute } from "../route.ts";

export function workerRoutes(route: RegisterRoute): void {
  route(workerEndpoints.list, (ctx) => listWorkers(ctx));
}
