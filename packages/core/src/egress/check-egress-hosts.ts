import type { EgressRules } from "@crew/contracts/egress";
import type { Issue } from "@crew/contracts/error-codes";
import { covers } from "./host-patterns.ts";

/** What is wrong with a crew's list: it may name nothing that the workspace's own does not. */
export function checkEgressHosts(hosts: readonly string[], rules: Pick<EgressRules, "allow" | "deny">): Issue[] {
  return hosts.flatMap((host, i) => {
    const path = `egressHosts.${i}`;
    if (hosts.indexOf(host) < i) return [{ path, message: `${host} is named twice` }];
    if (rules.deny.some((denied) => covers(denied, host))) return [{ path, message: `the workspace's rules deny ${host}` }];
    if (rules.allow !== null && !rules.allow.some((allowed) => covers(allowed, host)))
      return [{ path, message: `${host === "*" ? "every host" : host} is more than the workspace's rules allow` }];
    return [];
  });
}
