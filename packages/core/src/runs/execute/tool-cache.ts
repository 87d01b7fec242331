import { createHash } from "node:crypto";
import type { AskedTool, ToolOutcome } from "@crew/engine/host";
import type { ExecutionContext } from "./execution-context.ts";

/** How long a crew that wants it is answered from what a tool said before. */
const TOOL_RESULT_SECONDS = 600;
/** What is larger is asked for again. */
const MAX_KEPT_CHARACTERS = 32_000;

/** Result and marks of a tool that was asked the same by the same version of the crew; the caller has checked that it may be asked. */
export async function findKeptResult(context: ExecutionContext, call: AskedTool): Promise<ToolOutcome | undefined> {
  const key = keyOf(context, call);
  if (!key) return undefined;
  const kept = await context.system.cache.get<ToolOutcome>(key);
  context.system.metrics.count("cache_lookups", { cache: "tool_results", result: kept ? "hit" : "miss" });
  return kept;
}

/** Beside the run, which does not wait for it. Failures are not kept: the next call may go well. */
export function keepResult(context: ExecutionContext, call: AskedTool, outcome: ToolOutcome): void {
  const key = keyOf(context, call);
  if (!key || outcome.isError || outcome.text.length > MAX_KEPT_CHARACTERS) return;
  void context.system.cache.set(key, outcome, TOOL_RESULT_SECONDS);
}

/** The crew's version is in it: what it may reach, and with which secrets, is part of the version. */
function keyOf({ journal }: ExecutionContext, { tool, args }: AskedTool): string | undefined {
  const { run, workspaceId, definition } = journal.claim;
  if (!definition?.toolCache || tool.class !== "read" || !tool.isRepeatable) return undefined;
  const asked = [workspaceId, run.crewId, run.crewVersion, tool.name, tool.description, args];
  return `tool-result:${createHash("sha256").update(canonical(asked)).digest("base64url")}`;
}

/** JSON in which the order of an object's names does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
