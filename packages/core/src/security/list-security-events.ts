import type { Page } from "@crew/contracts/page";
import type { ListSecurityEvents, SecurityEvent } from "@crew/contracts/security-events";
import { z } from "zod";
import { requirePermission } from "../access/require-permission.ts";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Ctx } from "../system.ts";
import { readSecurityEvents } from "./security-event-repository.ts";

const Place = z.tuple([z.iso.datetime(), z.uuid()]);

export async function listSecurityEvents(ctx: Ctx<"db">, { cursor, ...filter }: ListSecurityEvents): Promise<Page<SecurityEvent>> {
  requirePermission(ctx, "security:read");
  const [at, id] = decodeCursor(cursor, Place);
  const before = at !== undefined && id !== undefined ? { at, id } : undefined;
  const rows = await readSecurityEvents(ctx.db, ctx.actor.workspaceId, { ...filter, limit: filter.limit + 1 }, before);
  return pageFrom(rows, filter.limit, ({ createdAt, id }) => [createdAt, id]);
}
