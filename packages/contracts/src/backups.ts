import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { BackupId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";

/** `logical`: rows by table, which any PostgreSQL takes; `physical`: the server's own files. */
export const BackupKind = z.enum(["logical", "physical"]);
export type BackupKind = z.infer<typeof BackupKind>;

export const BackupState = z.enum(["running", "complete", "failed"]);
export type BackupState = z.infer<typeof BackupState>;

export const BackupPlaceKind = z.enum(["folder", "s3"]);
export type BackupPlaceKind = z.infer<typeof BackupPlaceKind>;

/** `verified`: it was restored elsewhere, and every row was the same. */
export const VerifyState = z.enum(["unverified", "verified", "failed"]);
export type VerifyState = z.infer<typeof VerifyState>;

export const Backup = z
  .object({
    id: BackupId,
    kind: BackupKind,
    state: BackupState,
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    /** What was committed by then is in it. */
    snapshotAt: z.iso.datetime().nullable(),
    sizeBytes: z.int().nullable(),
    place: BackupPlaceKind,
    name: z.string(),
    tables: z.int().nullable(),
    rows: z.int().nullable(),
    /** Names the key that opens it. */
    keyId: z.string().nullable(),
    verifiedAt: z.iso.datetime().nullable(),
    verifyState: VerifyState,
    problem: z.string().nullable(),
  })
  .meta({ id: "Backup" });
export type Backup = z.infer<typeof Backup>;

export const BackupStatus = z
  .object({
    /** Whether a place is set, so that backups are made by themselves. */
    isConfigured: z.boolean(),
    place: BackupPlaceKind.nullable(),
    everyHours: z.number().nullable(),
    keep: z.string().nullable(),
    lastGoodAt: z.iso.datetime().nullable(),
    lastVerifiedAt: z.iso.datetime().nullable(),
    isLate: z.boolean(),
    /** The server's own files. Null: it does not archive its WAL by the platform's scripts. */
    physical: z
      .object({
        /** When the newest whole base backup was done; null: none is known. */
        lastBaseAt: z.iso.datetime().nullable(),
        lastArchivedAt: z.iso.datetime().nullable(),
        /** The newest base is older than it should be, or WAL does not come into the archive. */
        isLate: z.boolean(),
        /** Why the last base failed, or which of those kept is not whole. */
        problem: z.string().nullable(),
        /** The WAL file that the archive does not take. */
        failedWal: z.string().nullable(),
      })
      .nullable(),
    /** Null: this installation was never restored. */
    restored: z
      .object({
        snapshotAt: z.iso.datetime(),
        restoredAt: z.iso.datetime(),
        /** Null: webhooks are sent nothing until an operator releases them. */
        releasedAt: z.iso.datetime().nullable(),
        heldDeliveries: z.int(),
      })
      .nullable(),
  })
  .meta({ id: "BackupStatus" });
export type BackupStatus = z.infer<typeof BackupStatus>;

/** `dropDeliveries`: what may have been sent before is given up, with a note, instead of being sent. */
export const ReleaseRestored = z.strictObject({ dropDeliveries: z.boolean().default(false) }).meta({ id: "ReleaseRestored" });
export type ReleaseRestored = z.infer<typeof ReleaseRestored>;

export const ReleasedRestored = z.object({ sent: z.int(), dropped: z.int() }).meta({ id: "ReleasedRestored" });
export type ReleasedRestored = z.infer<typeof ReleasedRestored>;

const backupParams = z.strictObject({ backupId: BackupId });

export const backupEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/backups",
    tag: "Installation",
    summary: "List the backups of the installation, newest first",
    query: PageQuery,
    response: pageOf(Backup),
    status: 200,
    auth: "session",
    operator: true,
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/backups",
    tag: "Installation",
    summary: "Ask for a backup now; whoever makes them begins within a minute",
    body: z.strictObject({}).default({}),
    response: Backup,
    status: 202,
    auth: "session",
    operator: true,
  }),
  verify: endpoint({
    method: "POST",
    path: "/v1/backups/:backupId/verify",
    tag: "Installation",
    summary: "Ask for a backup to be restored elsewhere and compared",
    params: backupParams,
    body: z.strictObject({}).default({}),
    response: Backup,
    status: 202,
    auth: "session",
    operator: true,
  }),
  status: endpoint({
    method: "GET",
    path: "/v1/backups/status",
    tag: "Installation",
    summary: "How backups stand, and whether this installation was restored",
    response: BackupStatus,
    status: 200,
    auth: "session",
    operator: true,
  }),
  release: endpoint({
    method: "POST",
    path: "/v1/backups/release",
    tag: "Installation",
    summary: "Let a restored installation send what it has held back, or give up what may have been sent before",
    body: ReleaseRestored,
    response: ReleasedRestored,
    status: 200,
    auth: "session",
    operator: true,
  }),
} as const;
