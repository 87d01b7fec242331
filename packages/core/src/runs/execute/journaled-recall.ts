import type { Place, Recollection } from "@crew/engine/host";
import { recallMemories } from "../../memories/recall-repository.ts";
import { searchWords } from "../../memories/search-words.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { inputHash } from "./input-hash.ts";

const SHOWN_QUERY_CHARACTERS = 500;

/** What fits a task, as it was when the task began: the journal keeps the texts, so a re-execution sees the same. */
export async function recall(context: ExecutionContext, key: string, words: string, place: Place): Promise<readonly Recollection[]> {
  const { journal } = context;
  const hash = inputHash(words);
  const known = journal.contents.steps.get(key);
  if (known) {
    context.refuseDrift(known, hash);
    return known.result as Recollection[];
  }
  context.refuseWhenStopping();
  const startedAt = context.now();
  const found = await search(context, searchWords(words));
  const endedAt = context.now();
  const results = found.map(({ memoryId, taintedBy }) => ({ memoryId, tainted: taintedBy.length > 0 }));
  const durationMs = Date.parse(endedAt) - Date.parse(startedAt);
  journal.emit(`${key}/recalled`, "memory_query_completed", { query: words.slice(0, SHOWN_QUERY_CHARACTERS), results, durationMs }, place);
  journal.recordStep({ key, kind: "memory", class: "read", state: "done", inputHash: hash, result: found, startedAt, endedAt });
  journal.commitSoon();
  return found;
}

async function search({ system, journal }: ExecutionContext, words: string): Promise<Recollection[]> {
  const { workspaceId, run } = journal.claim;
  if (words === "" || run.crewId === null) return [];
  // Behind the wall of the run's workspace, which no mistake in the query gets around.
  const { statements } = system.walls.around(workspaceId);
  return recallMemories(statements, { workspaceId, crewId: run.crewId, runId: run.id, words });
}
