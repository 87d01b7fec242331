import { Readable } from "node:stream";
import { auditEndpoints } from "@crew/contracts/audit";
import { exportAuditEvents } from "@crew/core/audit/export-audit-events";
import { getAuditHead } from "@crew/core/audit/get-audit-head";
import { listAuditEvents } from "@crew/core/audit/list-audit-events";
import { verifyAuditChain } from "@crew/core/audit/verify-audit-chain";
import type { RegisterRoute, RouteInput, RouteOptions } from "../route.ts";

const CONTENT_TYPES = { ndjson: "application/x-ndjson; charset=utf-8", csv: "text/csv; charset=utf-8" };

export function auditRoutes(route: RegisterRoute): void {
  route(auditEndpoints.list, (ctx, { query }) => listAuditEvents(ctx, query));
  route(auditEndpoints.export, () => Promise.reject(new Error("the stream answers instead")), { instead: streamExport });
  route(auditEndpoints.head, (ctx) => getAuditHead(ctx));
  route(auditEndpoints.verify, (ctx, { body }) => verifyAuditChain(ctx, body));
}

/** Sent as it is read, so that a long log needs no memory. */
const streamExport: NonNullable<RouteOptions["instead"]> = async (ctx, input, reply) => {
  const { query } = input as unknown as RouteInput<(typeof auditEndpoints)["export"]>;
  const lines = await exportAuditEvents(ctx, query);
  reply.headers({
    "content-type": CONTENT_TYPES[query.format],
    "content-disposition": `attachment; filename="audit-log.${query.format}"`,
    "cache-control": "no-store",
  });
  await reply.send(Readable.from(lines, { objectMode: true }));
  return true;
};
