import type { SecuritySeverity } from "@crew/contracts/security-events";

/** What is not named here is a `warning`. */
const SEVERITIES: Record<string, SecuritySeverity> = {
  "audit.broken": "critical",
  "mcp.tool_changed": "critical",
  "oauth_token.reused": "critical",
  "second_factor.locked": "critical",
  "sign_in.succeeded": "info",
};

export function securitySeverity(kind: string): SecuritySeverity {
  return SEVERITIES[kind] ?? "warning";
}
