import type { EgressRules } from "@crew/contracts/egress";
import { namesHost } from "./host-patterns.ts";

/** Whether a workspace's rules let an address be reached at all. */
export function isHostOpen(rules: Pick<EgressRules, "allow" | "deny">, url: string | URL): boolean {
  return !namesHost(rules.deny, url) && (rules.allow === null || namesHost(rules.allow, url));
}
