import type { Trigger } from "@crew/contracts/triggers";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { shownTrigger } from "./shown-trigger.ts";

export async function getTrigger(ctx: Ctx<"db" | "installation">, triggerId: string): Promise<Trigger> {
  requirePermission(ctx, "triggers:read");
  return shownTrigger(ctx, triggerId);
}
