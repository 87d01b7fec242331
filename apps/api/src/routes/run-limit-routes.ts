import { runLimitEndpoints } from "@crew/contracts/queue-limits";
import { getCrewRunLimits } from "@crew/core/run-limits/get-crew-run-limits";
import { getWorkspaceRunLimits } from "@crew/core/run-limits/get-workspace-run-limits";
import { setCrewRunLimits } from "@crew/core/run-limits/set-crew-run-limits";
import { setWorkspaceRunLimits } from "@crew/core/run-limits/set-workspace-run-limits";
import type { RegisterRoute } from "../route.ts";

export function runLimitRoutes(route: RegisterRoute): void {
  route(runLimitEndpoints.getOfWorkspace, (ctx) => getWorkspaceRunLimits(ctx));
  route(runLimitEndpoints.setOfWorkspace, (ctx, { body }) => setWorkspaceRunLimits(ctx, body));
  route(runLimitEndpoints.getOfCrew, (ctx, { params }) => getCrewRunLimits(ctx, params.crewId));
  route(runLimitEndpoints.setOfCrew, (ctx, { params, body }) => setCrewRunLimits(ctx, params.crewId, body));
}
