import { createHash } from "node:crypto";
import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";

/**
 * The id of a run that a step of another run starts: always the same for that step, so that however often the step is
 * done, by whichever worker, there is one such run. It carries the time of the run that starts it, by which ids sort.
 */
export function childRunId(idempotencyKey: string): string {
  const parentId = idempotencyKey.slice(0, idempotencyKey.indexOf("/"));
  const time = uuidFromTypeId(parentId).replaceAll("-", "").slice(0, 12);
  const rest = createHash("sha256").update(idempotencyKey).digest("hex");
  return typeIdFromUuid(
    "run",
    `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-${variant(rest)}${rest.slice(4, 7)}-${rest.slice(7, 19)}`,
  );
}

/** Two bits of a UUID say which kind it is. */
function variant(rest: string): string {
  return (8 + (Number.parseInt(rest.slice(3, 4), 16) % 4)).toString(16);
}
