import { sharedReading } from "../shared-reading.ts";
import type { System } from "../system.ts";
import { type BackupAges, readBackupAges } from "./backup-repository.ts";

/** Until there is a backup, or one that was verified, its age has no value: an alert asks for that too. */
export function backupGauges({ db, metrics }: Pick<System, "db" | "metrics">): void {
  const read = sharedReading(() => readBackupAges(db));
  const one = (of: (ages: BackupAges) => number | null) => async () => {
    const value = of(await read());
    return value === null ? [] : [{ labels: {}, value }];
  };
  metrics.gauge(
    "backup_age_seconds",
    one(({ goodAgeSeconds }) => goodAgeSeconds),
  );
  metrics.gauge(
    "backup_verified_age_seconds",
    one(({ verifiedAgeSeconds }) => verifiedAgeSeconds),
  );
  metrics.gauge(
    "backups_failed",
    one(({ failed }) => failed),
  );
}
