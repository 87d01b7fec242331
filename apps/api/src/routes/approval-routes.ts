import { approvalEndpoints } from "@crew/contracts/approvals";
import { answerByLink } from "@crew/core/approvals/answer-by-link";
import { countOpenApprovals } from "@crew/core/approvals/count-open-approvals";
import { decideApproval } from "@crew/core/approvals/decide-approval";
import { getApproval } from "@crew/core/approvals/get-approval";
import { listApprovals } from "@crew/core/approvals/list-approvals";
import { listInbox } from "@crew/core/approvals/list-inbox";
import { lookupApprovalLink } from "@crew/core/approvals/lookup-approval-link";
import type { RegisterRoute } from "../route.ts";

export function approvalRoutes(route: RegisterRoute): void {
  route(approvalEndpoints.inbox, (ctx, { query }) => listInbox(ctx, query));
  route(approvalEndpoints.count, (ctx) => countOpenApprovals(ctx));
  route(approvalEndpoints.get, (ctx, { params }) => getApproval(ctx, params.approvalId));
  route(approvalEndpoints.lookupLink, (ctx, { body }) => lookupApprovalLink(ctx, body.token));
  route(approvalEndpoints.answerLink, (ctx, { body }) => answerByLink(ctx, body));
  route(approvalEndpoints.list, (ctx, { params }) => listApprovals(ctx, params.runId));
  route(approvalEndpoints.decide, (ctx, { params, body }) => decideApproval(ctx, params.approvalId, body));
}
