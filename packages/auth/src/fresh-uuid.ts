import { uuidFromTypeId } from "@crew/contracts/ids";
import type { System } from "@crew/core/system";

/** For rows whose ids nobody sees, and so have no prefix of their own. */
export function freshUuid(system: Pick<System, "newId">): string {
  return uuidFromTypeId(system.newId("user"));
}
