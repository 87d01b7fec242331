import type { Trigger } from "@crew/contracts/triggers";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { type FoundTrigger, findTrigger } from "./trigger-repository.ts";

/** With the address that senders post to. */
export function withUrl(ctx: Ctx<"installation">, trigger: FoundTrigger): Trigger {
  return { ...trigger, url: `${ctx.installation.publicUrl}/v1/triggers/${trigger.id}/events` };
}

export async function shownTrigger(ctx: Ctx<"db" | "installation">, triggerId: string): Promise<Trigger> {
  const trigger = await findTrigger(ctx.db, ctx.actor.workspaceId, triggerId);
  if (!trigger) throw notFound("trigger");
  return withUrl(ctx, trigger);
}
