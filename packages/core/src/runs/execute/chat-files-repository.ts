import type { Document } from "@crew/contracts/crews";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { FoundPassage } from "@crew/engine/tool";
import { searchWords } from "../../memories/search-words.ts";
import type { Statement, Statements } from "../../system.ts";

/** The end of a branch, in its workspace. */
interface BranchEnd {
  workspaceId: string;
  messageId: string;
}

const MOST_PASSAGES = 8;

/** Of two files with one name the newer. */
const FILES = `branch AS MATERIALIZED (SELECT id, seq FROM branch_of($2)), files AS (
    SELECT DISTINCT ON (f.name) f.message_id, f.position, f.name, f.characters, f.text AS whole, b.seq
    FROM conversation_files f JOIN branch b ON b.id = f.message_id WHERE f.workspace_id = $1 ORDER BY f.name, b.seq DESC
  )`;

/** PostgreSQL takes the words apart as it does the texts, and quotes them; only its AND between them becomes OR. */
const SEARCH: Statement = {
  name: "search_chat_files",
  text: `WITH asked AS MATERIALIZED (SELECT replace(plainto_tsquery('simple', $3)::text, ' & ', ' | ')::tsquery AS words), ${FILES}
    SELECT f.name, f.characters, c.start_at AS "from", c.text
    FROM files f JOIN conversation_chunks c ON c.message_id = f.message_id AND c.position = f.position, asked
    WHERE c.workspace_id = $1 AND c.words @@ asked.words
    ORDER BY ts_rank(c.words, asked.words) DESC, f.seq DESC, f.position, c.place LIMIT ${MOST_PASSAGES}`,
};

const READ: Statement = {
  name: "read_chat_files",
  text: `WITH ${FILES} SELECT name, whole AS text FROM files ORDER BY seq DESC, position`,
};

/** Passages of the branch's files that have any of these words, best first. */
export async function searchChatFiles(statements: Statements, end: BranchEnd, words: string): Promise<FoundPassage[]> {
  const asked = searchWords(words);
  if (asked === "") return [];
  return statements.run<FoundPassage>(SEARCH, [uuidFromTypeId(end.workspaceId), uuidFromTypeId(end.messageId), asked]);
}

/** All of the branch's files, whole. */
export async function readChatFiles(statements: Statements, end: BranchEnd): Promise<Document[]> {
  return statements.run<Document>(READ, [uuidFromTypeId(end.workspaceId), uuidFromTypeId(end.messageId)]);
}
