import { haltEndpoints } from "@crew/contracts/halts";
import { createHalt } from "@crew/core/halts/create-halt";
import { deleteHalt } from "@crew/core/halts/delete-halt";
import { listHalts } from "@crew/core/halts/list-halts";
import type { RegisterRoute } from "../route.ts";

export function haltRoutes(route: RegisterRoute): void {
  route(haltEndpoints.list, (ctx) => listHalts(ctx));
  route(haltEndpoints.create, (ctx, { body }) => createHalt(ctx, body));
  route(haltEndpoints.delete, (ctx, { params }) => deleteHalt(ctx, params.haltId));
}
