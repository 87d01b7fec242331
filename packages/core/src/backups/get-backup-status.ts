import type { BackupStatus } from "@crew/contracts/backups";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requireOperator } from "../access/require-operator.ts";
import type { Ctx } from "../system.ts";
import { readBackupStatus } from "./backup-status.ts";

export async function getBackupStatus(ctx: Ctx<"db">): Promise<BackupStatus> {
  await requireOperator(ctx);
  return readBackupStatus(acrossWorkspaces(ctx));
}
