import type { Document } from "@crew/contracts/crews";
import type { FoundPassage } from "@crew/engine/tool";
import { readChatFiles, searchChatFiles } from "./chat-files-repository.ts";
import type { ExecutionContext } from "./execution-context.ts";

/** What a tool may read: a run's own documents, or those of the conversation up to the message that is answered. */
export async function documentsOf(context: ExecutionContext): Promise<readonly Document[]> {
  const { turn, journal, system } = context;
  if (!turn || turn.files.length === 0) return journal.claim.documents;
  const { workspaceId } = journal.claim;
  return readChatFiles(system.walls.around(workspaceId).statements, { workspaceId, messageId: turn.parentId });
}

/** Behind the wall of the run's workspace, which no mistake in the query gets around. */
export async function searchFiles(context: ExecutionContext, words: string): Promise<FoundPassage[]> {
  const { turn, journal, system } = context;
  if (!turn || turn.files.length === 0) return [];
  const { workspaceId } = journal.claim;
  return searchChatFiles(system.walls.around(workspaceId).statements, { workspaceId, messageId: turn.parentId }, words);
}
