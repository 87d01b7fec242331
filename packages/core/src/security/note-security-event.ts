import type { System } from "../system.ts";

export interface SecurityEvent {
  /** What happened, such as `sign_in.failed` or `second_factor.locked`. */
  kind: `${string}.${string}`;
  userId?: string | null;
  workspaceId?: string | null;
  /** Where the request came from. */
  address?: string | null;
  /** No secret, no password, no code. */
  detail?: Record<string, unknown>;
}

/** The one place that hears of what an operator may want to be told: attacks, lockouts, refusals. It never throws. */
export function noteSecurityEvent(system: Pick<System, "log">, { kind, ...rest }: SecurityEvent): void {
  system.log.warn({ event: `security.${kind}`, ...rest }, "security event");
}
