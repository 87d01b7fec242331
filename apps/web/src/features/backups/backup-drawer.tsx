"use client";

import type { Backup } from "@crew/contracts/backups";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { formatCount, formatDuration } from "../../ui/format-figures.ts";
import { BackupBadge } from "./backup-badge.tsx";
import { Verified } from "./backup-columns.tsx";
import { formatBytes, PLACE_WORDS, STATE_WORDS } from "./backup-words.ts";

export interface BackupDrawerProps {
  backup: Backup;
  isVerifying: boolean;
  onVerify: () => void;
  onClose: () => void;
}

/** All that is known of one. */
export default function BackupDrawer({ backup, isVerifying, onVerify, onClose }: BackupDrawerProps) {
  const mayVerify = backup.state === "complete" && backup.kind === "logical";
  return (
    <Drawer
      open
      onClose={onClose}
      title={`Backup of ${whole(backup.startedAt)}`}
      actions={
        mayVerify ? (
          <Button variant="primary" busy={isVerifying} onClick={onVerify}>
            Verify
          </Button>
        ) : undefined
      }
    >
      <div className="flex min-w-0 flex-col gap-5">
        {backup.problem ? (
          <section className="rounded-lg border border-bad/40 bg-bad-soft p-4">
            <h3 className="font-semibold text-bad">{backup.state === "failed" ? "It failed" : "It cannot be restored"}</h3>
            <p className="mt-1 break-words">{backup.problem}</p>
          </section>
        ) : null}
        <dl className="grid grid-cols-[minmax(0,8rem)_minmax(0,1fr)] gap-x-4 gap-y-2 text-sm">
          <Fact name="State">
            <BackupBadge value={STATE_WORDS[backup.state]} />
          </Fact>
          <Fact name="Verified">
            <Verified backup={backup} isVerifying={isVerifying} /> {backup.verifiedAt ? whole(backup.verifiedAt) : null}
          </Fact>
          <Fact name="Holds">
            {backup.snapshotAt ? `what was committed by ${whole(backup.snapshotAt)}` : "nothing that can be restored yet"}
          </Fact>
          {backup.endedAt ? <Fact name="Took">{formatDuration(Date.parse(backup.endedAt) - Date.parse(backup.startedAt))}</Fact> : null}
          {backup.sizeBytes === null ? null : <Fact name="Size">{formatBytes(backup.sizeBytes)}</Fact>}
          {backup.rows === null ? null : (
            <Fact name="Rows">
              {formatCount(backup.rows)} in {formatCount(backup.tables ?? 0)} tables
            </Fact>
          )}
          <Fact name="Where">{PLACE_WORDS[backup.place]}</Fact>
          <Fact name="Name">
            <span className="font-mono text-xs break-all">{backup.name}</span>
          </Fact>
          <Fact name="Kind">
            {backup.kind === "logical" ? "rows by table, for any PostgreSQL" : "the server's own files, for one of its version"}
          </Fact>
          {backup.keyId ? (
            <Fact name="Opened by">
              the key <span className="font-mono text-xs">{backup.keyId}</span>
            </Fact>
          ) : null}
        </dl>
        <p className="text-sm text-muted">
          It is restored on the machine, into an empty database: <code className="font-mono text-xs">docs/deployment.md</code> says how.
        </p>
      </div>
    </Drawer>
  );
}

const whole = (iso: string) => new Date(iso).toLocaleString();

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
