import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { AuditEventId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";

/** 64 hexadecimal digits of SHA-256. */
const AuditHash = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits");

export const AuditEvent = z
  .object({
    id: AuditEventId,
    /** Place in the workspace's chain; the first is 1. */
    seq: z.int(),
    actor: z.object({
      kind: z.string(),
      userId: z.string().nullable(),
      apiKeyId: z.string().nullable(),
      oauthClientId: z.string().nullable(),
      name: z.string(),
    }),
    /** `noun.past`, such as `secret.created`. */
    action: z.string(),
    /** Id of what it was done to. */
    subject: z.string(),
    detail: z.record(z.string(), z.unknown()),
    outcome: z.enum(["ok", "refused"]),
    requestId: z.string().nullable(),
    address: z.string().nullable(),
    /** Family of the program that asked, such as Firefox or curl. */
    userAgent: z.string().nullable(),
    createdAt: z.iso.datetime(),
    hash: AuditHash,
  })
  .meta({ id: "AuditEvent" });
export type AuditEvent = z.infer<typeof AuditEvent>;

export const AuditFilter = z.strictObject({
  /** Beginning of the action: `secret.` finds all that was done to secrets. */
  action: z
    .string()
    .max(80)
    .regex(/^[a-z0-9_.]+$/, "must be the beginning of an action like secret.created")
    .optional(),
  /** Id of a person, an API key or an app. */
  actor: z.string().max(80).optional(),
  /** Id of what it was done to. */
  subject: z.string().max(120).optional(),
  from: z.iso.datetime().optional(),
  /** Up to and without this moment. */
  to: z.iso.datetime().optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

const ListAuditEvents = AuditFilter.extend(PageQuery.shape);
export type ListAuditEvents = z.infer<typeof ListAuditEvents>;

const ExportAuditEvents = AuditFilter.extend({ format: z.enum(["ndjson", "csv"]).default("ndjson") });
export type ExportAuditEvents = z.infer<typeof ExportAuditEvents>;

/** Kept outside the platform, it shows later that the end of the log was not cut off. `seq` 0: nothing is logged yet. */
export const AuditHead = z.object({ seq: z.int().min(0), hash: AuditHash }).meta({ id: "AuditHead" });
export type AuditHead = z.infer<typeof AuditHead>;

export const VerifyAudit = z
  .strictObject({
    /** A head from before, which the chain must still hold. */
    anchor: z.strictObject({ seq: z.int().min(1), hash: AuditHash }).optional(),
  })
  .meta({ id: "VerifyAudit" });
export type VerifyAudit = z.infer<typeof VerifyAudit>;

export const AuditVerdict = z
  .object({
    intact: z.boolean(),
    /** Events that were looked at. */
    checked: z.int(),
    firstBroken: z.object({ id: AuditEventId.nullable(), seq: z.int().nullable(), why: z.string() }).nullable(),
  })
  .meta({ id: "AuditVerdict" });
export type AuditVerdict = z.infer<typeof AuditVerdict>;

export const auditEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/audit-events",
    tag: "Audit",
    summary: "List who did what, newest first",
    query: ListAuditEvents,
    response: pageOf(AuditEvent),
    needs: "audit:read",
    status: 200,
  }),
  export: endpoint({
    method: "GET",
    path: "/v1/audit-events/export",
    tag: "Audit",
    summary: "Stream the audit log, oldest first, as newline-delimited JSON or CSV",
    query: ExportAuditEvents,
    response: z.string(),
    needs: "audit:read",
    status: 200,
  }),
  head: endpoint({
    method: "GET",
    path: "/v1/audit-events/head",
    tag: "Audit",
    summary: "Get the last link of the chain, to keep elsewhere",
    response: AuditHead,
    needs: "audit:read",
    status: 200,
  }),
  verify: endpoint({
    method: "POST",
    path: "/v1/audit-events/verify",
    tag: "Audit",
    summary: "Check the chain from its first event to its last",
    body: VerifyAudit,
    response: AuditVerdict,
    needs: "audit:read",
    status: 200,
  }),
} as const;
