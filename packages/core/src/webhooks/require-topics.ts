import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";

const SECURITY = "security.";

/** Whoever has security events told to an address sees them there, so they must be let see them here. */
export function requireTopics(ctx: Ctx, events: readonly string[]): void {
  if (events.some((beginning) => beginning.startsWith(SECURITY) || SECURITY.startsWith(beginning))) requirePermission(ctx, "security:read");
}

export function isSecurityEvent(type: string): boolean {
  return type.startsWith(SECURITY);
}
