import type { System } from "../system.ts";
import { securitySeverity } from "./security-severity.ts";

/** Something that an operator may want to be told: an attack, a lockout, a refusal. */
export interface NotedSecurityEvent {
  /** What happened, such as `sign_in.failed` or `second_factor.locked`. */
  kind: `${string}.${string}`;
  userId?: string | null;
  /** Absent: every workspace that the person is a member of is concerned. */
  workspaceId?: string | null;
  /** Where the request came from. */
  address?: string | null;
  /** No secret, no password, no code. */
  detail?: Record<string, unknown>;
}

/** The one place that hears of it: log line, counter and row. It never throws and never waits. */
export function noteSecurityEvent(system: Pick<System, "log" | "securityJournal" | "metrics">, event: NotedSecurityEvent): void {
  const { kind, ...rest } = event;
  const severity = securitySeverity(kind);
  system.log[severity === "info" ? "info" : "warn"]({ event: `security.${kind}`, ...rest }, "security event");
  system.metrics.count("security_events", { kind, severity });
  system.securityJournal.note(event);
}
