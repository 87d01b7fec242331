import type { Backup } from "@crew/contracts/backups";
import type { Page, PageQuery } from "@crew/contracts/page";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requireOperator } from "../access/require-operator.ts";
import type { Ctx } from "../system.ts";
import { listBackupPage } from "./backup-repository.ts";

export async function listBackups(ctx: Ctx<"db">, page: PageQuery): Promise<Page<Backup>> {
  await requireOperator(ctx);
  return listBackupPage(acrossWorkspaces(ctx).db, page);
}
