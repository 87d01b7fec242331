import { runMessageEndpoints } from "@crew/contracts/run-messages";
import { runEndpoints } from "@crew/contracts/runs";
import { cancelAllRuns } from "@crew/core/runs/cancel-all-runs";
import { cancelRun } from "@crew/core/runs/cancel-run";
import { getRun } from "@crew/core/runs/get-run";
import { getRunDefinition } from "@crew/core/runs/get-run-definition";
import { listLedger } from "@crew/core/runs/list-ledger";
import { listOutputs } from "@crew/core/runs/list-outputs";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { listRunLinks } from "@crew/core/runs/list-run-links";
import { listRunMessages } from "@crew/core/runs/list-run-messages";
import { listRuns } from "@crew/core/runs/list-runs";
import { sayToRun } from "@crew/core/runs/say-to-run";
import { startRun } from "@crew/core/runs/start-run";
import type { RegisterRoute } from "../route.ts";
import type { RunEventStreams } from "./run-event-stream.ts";

export function runRoutes(route: RegisterRoute, streams: RunEventStreams): void {
  route(runEndpoints.start, (ctx, { params, body }) => startRun(ctx, params.crewId, body));
  route(runEndpoints.list, (ctx, { query }) => listRuns(ctx, query));
  route(runEndpoints.get, (ctx, { params }) => getRun(ctx, params.runId));
  route(runEndpoints.events, (ctx, { params, query }) => listRunEvents(ctx, params.runId, query), { instead: streams.answer });
  route(runEndpoints.outputs, (ctx, { params }) => listOutputs(ctx, params.runId));
  route(runEndpoints.ledger, (ctx, { params, query }) => listLedger(ctx, params.runId, query));
  route(runEndpoints.definition, (ctx, { params }) => getRunDefinition(ctx, params.runId));
  route(runEndpoints.links, (ctx, { params }) => listRunLinks(ctx, params.runId));
  route(runMessageEndpoints.list, (ctx, { params, query }) => listRunMessages(ctx, params.runId, query));
  route(runMessageEndpoints.say, (ctx, { params, body }) => sayToRun(ctx, params.runId, body));
  route(runEndpoints.cancelAll, (ctx, { body }) => cancelAllRuns(ctx, body));
  route(runEndpoints.cancel, (ctx, { params }) => cancelRun(ctx, params.runId));
}
