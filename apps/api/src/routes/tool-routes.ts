import { toolEndpoints } from "@crew/contracts/tools";
import { listTools } from "@crew/core/tools/list-tools";
import type { RegisterRoute } from "../route.ts";

export function toolRoutes(route: RegisterRoute): void {
  route(toolEndpoints.list, (ctx) => listTools(ctx));
}
