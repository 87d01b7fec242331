"use client";

import type { Backup } from "@crew/contracts/backups";
import { useInfiniteQuery, useIsFetching, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PagedTable } from "../../ui/paged-table.tsx";
import { backupColumns } from "./backup-columns.tsx";
import { backupsQuery } from "./backup-queries.ts";
import { BackupStatusCard } from "./backup-status-card.tsx";
import { RestoredNote } from "./restored-note.tsx";
import { useBackupActs } from "./use-backup-acts.ts";

const BackupDrawer = lazy(() => import("./backup-drawer.tsx"));

/** For operators: whether there are backups that could be restored, each of them, and what a restored installation holds back. */
export function BackupSettings() {
  const queries = useQueryClient();
  const { make, verify, isVerifying } = useBackupActs();
  const backups = useInfiniteQuery(backupsQuery((backup: Backup) => backup.state === "running" || isVerifying(backup)));
  const isReading = useIsFetching({ queryKey: ["backups"] }) > 0;
  const [openId, setOpenId] = useState<string | null>(null);
  const open = backups.data?.pages.flatMap((page) => page.data).find(({ id }) => id === openId);
  return (
    <>
      <RestoredNote />
      <BackupStatusCard isMaking={make.isPending} onMake={() => make.mutate()} />
      <Card
        flush
        title="Backups"
        note="Newest first. One that is verified was restored elsewhere, and every row was the same."
        actions={
          <Button
            size="sm"
            icon={<RefreshCw className="size-3.5" />}
            busy={isReading}
            onClick={() => void queries.invalidateQueries({ queryKey: ["backups"] })}
          >
            Look again
          </Button>
        }
      >
        <PagedTable
          list={backups}
          noun={["backup", "backups"]}
          caption="Backups"
          columns={backupColumns({ isVerifying, onVerify: (backup) => verify.mutate(backup), onOpen: ({ id }) => setOpenId(id) })}
          rowKey={(backup) => backup.id}
          empty={
            <EmptyState title="No backup yet">
              Each that is made leaves a row here, and so does each that fails, with the reason.
            </EmptyState>
          }
        />
      </Card>
      {open ? (
        <Suspense>
          <BackupDrawer
            backup={open}
            isVerifying={isVerifying(open)}
            onVerify={() => verify.mutate(open)}
            onClose={() => setOpenId(null)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
