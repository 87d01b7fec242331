"use client";

import type { BackupStatus } from "@crew/contracts/backups";
import { useQuery } from "@tanstack/react-query";
import { DatabaseBackup } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Code } from "../../ui/code.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { BackupBadge } from "./backup-badge.tsx";
import { backupStatusQuery } from "./backup-queries.ts";
import { intervalWords, PLACE_WORDS, standing } from "./backup-words.ts";
import { PhysicalStanding } from "./physical-standing.tsx";

/** Whether one could sleep: the last good backup, the last that was proven, and what to do where there is none. */
export function BackupStatusCard({ isMaking, onMake }: { isMaking: boolean; onMake: () => void }) {
  const status = useQuery(backupStatusQuery);
  return (
    <Card
      title="Backups of this installation"
      note="Of all its workspaces together, sealed with a key of yours."
      actions={
        status.data?.isConfigured ? (
          <Button size="sm" variant="primary" icon={<DatabaseBackup className="size-3.5" />} busy={isMaking} onClick={onMake}>
            Back up now
          </Button>
        ) : null
      }
    >
      {status.isPending ? <SkeletonRows rows={1} /> : null}
      {status.isError && !status.data ? (
        <ErrorState error={status.error} what="How backups stand could not be read" onRetry={() => void status.refetch()} />
      ) : null}
      {status.data ? <Standing status={status.data} /> : null}
    </Card>
  );
}

function Standing({ status }: { status: BackupStatus }) {
  const { isConfigured, isLate, place, everyHours, keep, lastGoodAt, lastVerifiedAt, physical } = status;
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 md:grid-cols-4">
        <Figure name="Standing">
          <BackupBadge value={standing(status)} />
        </Figure>
        <Figure name="Last good one">{lastGoodAt ? <RelativeTime at={lastGoodAt} /> : "none yet"}</Figure>
        <Figure name="Last verified">{lastVerifiedAt ? <RelativeTime at={lastVerifiedAt} /> : "none yet"}</Figure>
        <Figure name="Made">{isConfigured && everyHours !== null ? intervalWords(everyHours) : "not by itself"}</Figure>
      </dl>
      {isConfigured ? (
        <p className="text-sm text-muted">
          {place ? `${PLACE_WORDS[place]} holds them.` : ""} {keep ? `Kept: ${keep}.` : ""} The newest is restored elsewhere and compared
          once a night.
        </p>
      ) : (
        <HowToSetUp />
      )}
      {isConfigured && isLate ? (
        <p className="text-sm text-bad" role="status">
          The newest good backup is older than it should be. The list says what went wrong; where it says nothing, look whether the process
          that makes backups is running.
        </p>
      ) : null}
      {physical ? <PhysicalStanding physical={physical} /> : null}
    </div>
  );
}

function HowToSetUp() {
  return (
    <div className="flex flex-col gap-2 text-sm">
      <p>
        Nothing is backed up by itself. Name a place for backups, in the environment of the process that is to make them, and start it anew:
      </p>
      <Code label="What to set" text={"CREW_BACKUP_DIR=/var/backups/crew"} />
      <p className="text-muted">
        A folder on another disk, or storage that speaks S3. The section <em>Backup and restore</em> of{" "}
        <code className="font-mono text-xs">docs/deployment.md</code> has both, and how one is restored.
      </p>
    </div>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <dt className="text-xs text-faint">{name}</dt>
      <dd className="min-w-0 font-medium">{children}</dd>
    </div>
  );
}
