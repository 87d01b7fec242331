import { approvalEndpoints } from "@crew/contracts/approvals";
import { decideApproval } from "@crew/core/approvals/decide-approval";
import { listApprovals } from "@crew/core/approvals/list-approvals";
import type { RegisterRoute } from "../route.ts";

export function approvalRoutes(route: RegisterRoute): void {
  route(approvalEndpoints.list, (ctx, { params }) => listApprovals(ctx, params.runId));
  route(approvalEndpoints.decide, (ctx, { params, body }) => decideApproval(ctx, params.approvalId, body));
}
