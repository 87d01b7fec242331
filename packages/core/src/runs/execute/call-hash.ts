import { createHash } from "node:crypto";
import { canonicalJson } from "@crew/engine/tool-calls";

/** What an approval of a call is bound to. */
export function callHash(tool: string, args: Record<string, unknown>): string {
  return createHash("sha256")
    .update(canonicalJson([tool, args]))
    .digest("hex");
}
