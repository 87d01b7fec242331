import { sharedReading } from "../shared-reading.ts";
import type { System } from "../system.ts";
import { findPhysicalStanding, type PhysicalStanding } from "./physical-repository.ts";

/** Nothing where the server does not archive its WAL; no age of a base where none is known, which an alert asks for too. */
export function physicalGauges({ db, metrics }: Pick<System, "db" | "metrics">): void {
  const read = sharedReading(() => findPhysicalStanding(db));
  const one = (of: (standing: PhysicalStanding) => number | null) => async () => {
    const standing = await read();
    const value = standing ? of(standing) : null;
    return value === null ? [] : [{ labels: {}, value }];
  };
  metrics.gauge(
    "base_backup_age_seconds",
    one(({ goodAgeSeconds }) => goodAgeSeconds),
  );
  metrics.gauge(
    "base_backup_failing",
    one(({ toldAt, problem }) => (toldAt === null ? null : Number(problem !== null))),
  );
  metrics.gauge(
    "wal_archive_age_seconds",
    one(({ archiveAgeSeconds }) => archiveAgeSeconds),
  );
  metrics.gauge(
    "wal_archive_waiting_bytes",
    one(({ waitingBytes }) => waitingBytes),
  );
}
