import { z } from "zod";
import { job } from "../job.ts";
import { noteSecurityEvent } from "../security/note-security-event.ts";
import type { System } from "../system.ts";
import { listWorkspaceIds } from "../workspaces/workspace-repository.ts";
import { findBrokenLink } from "./find-broken-link.ts";

export const checkAuditChainsJob = job({
  name: "check-audit-chains",
  payload: z.strictObject({}),
  retryLimit: 2,
  expireInSeconds: 3_600,
  cron: "41 3 * * *",
});

/** Nightly: every workspace's log from its first event to its last, so that a change is told without anybody asking. */
export async function checkAuditChains(
  system: Pick<System, "db" | "log" | "securityJournal" | "metrics">,
): Promise<{ checked: number; broken: number }> {
  let checked = 0;
  let broken = 0;
  for (let after: string | undefined; ; ) {
    const ids = await listWorkspaceIds(system.db, { after, limit: 100 });
    for (const workspaceId of ids) {
      const { firstBroken } = await findBrokenLink(system.db, workspaceId);
      checked += 1;
      if (!firstBroken) continue;
      broken += 1;
      noteSecurityEvent(system, { kind: "audit.broken", workspaceId, detail: { ...firstBroken } });
    }
    if (ids.length < 100) return { checked, broken };
    after = ids.at(-1);
  }
}
