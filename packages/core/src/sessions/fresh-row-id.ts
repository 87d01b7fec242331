import { uuidFromTypeId } from "@crew/contracts/ids";
import type { System } from "../system.ts";

/** For rows whose ids nobody sees, and so have no prefix of their own. */
export function freshRowId(ctx: Pick<System, "newId">): string {
  return uuidFromTypeId(ctx.newId("session"));
}
