import { backupEndpoints } from "@crew/contracts/backups";
import { createBackup } from "@crew/core/backups/create-backup";
import { getBackupStatus } from "@crew/core/backups/get-backup-status";
import { listBackups } from "@crew/core/backups/list-backups";
import { releaseHeldDeliveries } from "@crew/core/backups/release-held-deliveries";
import { verifyBackup } from "@crew/core/backups/verify-backup";
import type { RegisterRoute } from "../route.ts";

export function backupRoutes(route: RegisterRoute): void {
  route(backupEndpoints.list, (ctx, { query }) => listBackups(ctx, query));
  route(backupEndpoints.create, (ctx) => createBackup(ctx));
  route(backupEndpoints.status, (ctx) => getBackupStatus(ctx));
  route(backupEndpoints.release, (ctx, { body }) => releaseHeldDeliveries(ctx, body));
  route(backupEndpoints.verify, (ctx, { params }) => verifyBackup(ctx, params.backupId));
}
