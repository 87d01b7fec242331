import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { UserId } from "./ids.ts";
import { listOf, PageQuery, pageOf } from "./page.ts";

/** `critical`: look at it now. `warning`: look at it when there are many. `info`: for the record. */
export const SecuritySeverity = z.enum(["info", "warning", "critical"]);
export type SecuritySeverity = z.infer<typeof SecuritySeverity>;

const kindPrefix = z
  .string()
  .max(80)
  .regex(/^[a-z0-9_.]+$/, "must be the beginning of a kind like sign_in.failed");

export const SecurityEvent = z
  .object({
    id: z.string(),
    /** `noun.what`, such as `sign_in.failed`, `second_factor.locked`, `permission.denied`, `egress.denied`, `audit.broken`. */
    kind: z.string(),
    severity: SecuritySeverity,
    /** Whose account, key or run it was about, when that is known. */
    user: z.object({ id: UserId, name: z.string() }).nullable(),
    address: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
    /** How often it happened within the second, alike in everything. */
    count: z.int().min(1),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "SecurityEvent" });
export type SecurityEvent = z.infer<typeof SecurityEvent>;

const ListSecurityEvents = z.strictObject({
  ...PageQuery.shape,
  kind: kindPrefix.optional(),
  severity: SecuritySeverity.optional(),
  from: z.iso.datetime().optional(),
  /** Up to and without this moment. */
  to: z.iso.datetime().optional(),
});
export type ListSecurityEvents = z.infer<typeof ListSecurityEvents>;

export const SecuritySummaryLine = z
  .object({ kind: z.string(), severity: SecuritySeverity, count: z.int(), lastAt: z.iso.datetime() })
  .meta({ id: "SecuritySummaryLine" });
export type SecuritySummaryLine = z.infer<typeof SecuritySummaryLine>;

const SummarizeSecurityEvents = z.strictObject({ days: z.coerce.number().int().min(1).max(90).default(7) });
export type SummarizeSecurityEvents = z.infer<typeof SummarizeSecurityEvents>;

export const securityEventEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/security-events",
    tag: "Audit",
    summary: "List attacks, lockouts and refusals, newest first",
    query: ListSecurityEvents,
    response: pageOf(SecurityEvent),
    needs: "security:read",
    status: 200,
  }),
  summary: endpoint({
    method: "GET",
    path: "/v1/security-events/summary",
    tag: "Audit",
    summary: "Count security events by kind",
    query: SummarizeSecurityEvents,
    response: listOf(SecuritySummaryLine),
    needs: "security:read",
    status: 200,
  }),
} as const;
