import { securityEventEndpoints } from "@crew/contracts/security-events";
import { listSecurityEvents } from "@crew/core/security/list-security-events";
import { summarizeSecurityEvents } from "@crew/core/security/summarize-security-events";
import type { RegisterRoute } from "../route.ts";

export function securityEventRoutes(route: RegisterRoute): void {
  route(securityEventEndpoints.list, (ctx, { query }) => listSecurityEvents(ctx, query));
  route(securityEventEndpoints.summary, (ctx, { query }) => summarizeSecurityEvents(ctx, query));
}
