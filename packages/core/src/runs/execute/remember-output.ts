import { MAX_MEMORY_CHARACTERS } from "@crew/contracts/memories";
import type { Place, RunHost } from "@crew/engine/host";
import type { ExecutionContext } from "./execution-context.ts";

const CUT = "…";

/** Called once for an output, whose own event stands in the same commit: a re-execution finds that and writes no more. */
export function rememberOutput(context: ExecutionContext, key: string, output: Parameters<RunHost["completeTask"]>[1], place: Place): void {
  const { journal, system } = context;
  const { taskKey, agentKey } = output;
  const text = output.text.trim();
  if (journal.claim.definition?.memory !== true || text === "") return;
  const taintedBy = [...output.taintedBy];
  const id = system.newId("memory");
  journal.recordMemory({ id, taskKey, agentKey, text: cut(text), taintedBy, createdAt: context.now() });
  journal.emit(`${key}/remembered`, "memory_save_completed", { memoryId: id, taskKey, tainted: taintedBy.length > 0, taintedBy }, place);
}

function cut(text: string): string {
  return text.length <= MAX_MEMORY_CHARACTERS ? text : text.slice(0, MAX_MEMORY_CHARACTERS - CUT.length) + CUT;
}
