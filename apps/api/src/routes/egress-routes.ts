import { egressEndpoints } from "@crew/contracts/egress";
import { getEgressRules } from "@crew/core/egress/get-egress-rules";
import { updateEgressRules } from "@crew/core/egress/update-egress-rules";
import type { RegisterRoute } from "../route.ts";

export function egressRoutes(route: RegisterRoute): void {
  route(egressEndpoints.get, (ctx) => getEgressRules(ctx));
  route(egressEndpoints.update, (ctx, { body }) => updateEgressRules(ctx, body));
}
