import { uuidFromTypeId } from "@crew/contracts/ids";
import type { System } from "@crew/core/system";

/** Better Auth's rows have ids without a prefix of their own. */
export function freshUuid(system: Pick<System, "newId">): string {
  return uuidFromTypeId(system.newId("user"));
}
