"use client";

import type { BackupStatus } from "@crew/contracts/backups";
import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { formatPlural } from "../../ui/format-figures.ts";
import { Moment } from "../../ui/moment.tsx";
import { backupStatusQuery } from "./backup-queries.ts";

const ReleaseDialog = lazy(() => import("./release-dialog.tsx"));

/** An installation that came out of a backup: what it holds back, and since when, until an operator lets it go. */
export function RestoredNote() {
  const restored = useQuery(backupStatusQuery).data?.restored;
  if (!restored) return null;
  return restored.releasedAt === null ? <Held restored={restored} /> : <Released restored={restored} />;
}

type Restored = NonNullable<BackupStatus["restored"]>;

function Held({ restored: { snapshotAt, restoredAt, heldDeliveries } }: { restored: Restored }) {
  const [isReleasing, setReleasing] = useState(false);
  return (
    <section aria-label="Restored from a backup" className="flex items-start gap-3 rounded-lg border border-warn/40 bg-warn-soft p-4">
      <History aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-warn" />
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <p className="font-medium">This installation was restored from a backup.</p>
        <p className="text-sm">
          It holds what was committed by <Moment at={snapshotAt} />, and goes on since <Moment at={restoredAt} />. What happened in between
          may have been told to webhooks already, so they are sent nothing for now:{" "}
          {heldDeliveries === 0 ? "no message waits yet" : `${formatPlural(heldDeliveries, "message waits", "messages wait")}`}.
        </p>
        <div>
          <Button size="sm" onClick={() => setReleasing(true)}>
            Release
          </Button>
        </div>
      </div>
      {isReleasing ? (
        <Suspense>
          <ReleaseDialog held={heldDeliveries} onClose={() => setReleasing(false)} />
        </Suspense>
      ) : null}
    </section>
  );
}

function Released({ restored: { snapshotAt, restoredAt, releasedAt } }: { restored: Restored }) {
  return (
    <p className="text-sm text-muted">
      Restored <Moment at={restoredAt} /> from a backup of <Moment at={snapshotAt} />
      {releasedAt ? (
        <>
          , and released <Moment at={releasedAt} />
        </>
      ) : null}
      .
    </p>
  );
}
