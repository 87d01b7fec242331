import type { AuditVerdict } from "@crew/contracts/audit";
import type { Db } from "../system.ts";
import { type AuditLink, auditHash, NO_HASH } from "./audit-hash.ts";
import { findAuditHead, findUnlinkedEvent, readAuditLinks } from "./audit-repository.ts";

const BATCH = 500;

type Broken = NonNullable<AuditVerdict["firstBroken"]>;
interface Head {
  seq: number;
  hash: string;
}

/**
 * Walks one workspace's chain from its first event to the head that it has now, a few hundred rows in memory at a time.
 * What is logged meanwhile is left to the next check.
 */
export async function findBrokenLink(db: Db, workspaceId: string, anchor?: Head): Promise<AuditVerdict> {
  const head = (await findAuditHead(db, workspaceId)) ?? { seq: 0, hash: NO_HASH };
  // An anchor beyond the head is a cut end, which the walk finds when it is over.
  const anchors = anchor ? [anchor, head] : [head];
  let last: Head = { seq: 0, hash: NO_HASH };
  let checked = 0;
  const verdict = (firstBroken: Broken | null): AuditVerdict => ({ intact: firstBroken === null, checked, firstBroken });
  for (let isOver = head.seq === 0; !isOver; ) {
    const batch = await readAuditLinks(db, workspaceId, { after: last.seq, limit: Math.min(BATCH, head.seq - last.seq) });
    for (const link of batch.filter(({ seq }) => seq <= head.seq)) {
      const why = whyBroken(link, last, anchors);
      if (why !== undefined) return verdict({ id: link.eventId, seq: link.seq, why });
      last = link;
      checked += 1;
    }
    isOver = batch.length === 0 || last.seq >= head.seq;
  }
  const end = Math.max(...anchors.map(({ seq }) => seq));
  if (last.seq < end)
    return verdict({ id: null, seq: last.seq + 1, why: `The log ends at ${last.seq}, and went up to ${end}: its end is missing.` });
  const unlinked = await findUnlinkedEvent(db, workspaceId);
  if (unlinked !== undefined)
    return verdict({ id: unlinked, seq: null, why: "The event stands outside the chain: it was put in past it." });
  return verdict(null);
}

function whyBroken({ seq, prevHash, hash, event }: AuditLink, last: Head, anchors: readonly Head[]): string | undefined {
  if (seq !== last.seq + 1)
    return `Before it, ${seq - last.seq === 2 ? `event ${seq - 1} is` : `events ${last.seq + 1} to ${seq - 1} are`} missing.`;
  if (event === null) return "The event was removed.";
  if (prevHash !== last.hash) return "It does not follow from the event before it: one of the two was replaced or moved.";
  if (auditHash(seq, prevHash, event) !== hash) return "The event is not as it was written: something in it was changed.";
  if (anchors.some((anchor) => anchor.seq === seq && anchor.hash !== hash)) return "The chain was written anew: it had another hash here.";
  return undefined;
}
