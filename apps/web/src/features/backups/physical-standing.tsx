import type { BackupStatus } from "@crew/contracts/backups";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { BackupBadge } from "./backup-badge.tsx";
import { physicalStanding } from "./backup-words.ts";

/** The server's own files, where it archives them: whether a moment would come back, and what stands against it. */
export function PhysicalStanding({ physical }: { physical: NonNullable<BackupStatus["physical"]> }) {
  const { lastBaseAt, lastArchivedAt, problem, failedWal } = physical;
  return (
    <section aria-label="The server's own files" className="flex flex-col gap-1 border-t border-line pt-4 text-sm">
      <p>
        <span className="font-medium">The server's own files</span> <BackupBadge value={physicalStanding(physical)} />
      </p>
      <p className="text-muted">
        Newest whole base backup: {lastBaseAt ? <RelativeTime at={lastBaseAt} /> : "none known"}. Last change archived:{" "}
        {lastArchivedAt ? <RelativeTime at={lastArchivedAt} /> : "none yet"}.
      </p>
      {problem ? <p className="break-words text-bad">{problem}</p> : null}
      {failedWal ? (
        <p className="break-words text-bad">
          The archive does not take <span className="font-mono text-xs">{failedWal}</span>; the server's log says why.
        </p>
      ) : null}
    </section>
  );
}
