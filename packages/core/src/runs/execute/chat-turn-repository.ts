import type { AnswerSchema } from "@crew/contracts/answer-schema";
import type { Message } from "@crew/contracts/conversations";
import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { ChatSummary, SaidMessage } from "@crew/engine/chat-context";
import type { PinnedTarget } from "../../conversations/find-talk-partner.ts";
import type { Statement, Statements } from "../../system.ts";
import type { Claim } from "./claim.ts";

/** The answer that a chat run is to write, and what was said before it. */
export interface ChatTurn {
  conversationId: string;
  /** The pending answer. */
  messageId: string;
  /** The message that it answers: the end of its branch. */
  parentId: string;
  model: string;
  /** Asked in this order when the model gives up. */
  fallbackModels: string[];
  /** What the answer must be, as JSON; null: any text. */
  answerSchema: AnswerSchema | null;
  /** Who answers; null: the model alone. */
  target: PinnedTarget | null;
  /** As they are now; the run goes by those that it has pinned. */
  facts: string[];
  /** The latest of the branch. */
  summary: ChatSummary | null;
  /** What was said after it. */
  history: SaidMessage[];
  /** How many messages before `history` are in no summary. */
  unread: number;
  /** Of the branch, newest first; of two with one name the newer. */
  files: BranchFile[];
  /** Content from outside that the branch's answers were made from. */
  taintedBy: string[];
}

export interface BranchFile {
  name: string;
  characters: number;
  /** `null`: too long to be shown whole. */
  text: string | null;
}

/** What is read of a conversation that has no summary yet; what lies before it is left out, with a mark. */
const MOST_MESSAGES = 1_000;
const MOST_CHARACTERS = 4_000_000;
/** A file up to here is shown whole, where there is room for it. */
const SMALL_FILE = 8_000;

const READ_TURN: Statement = {
  name: "read_chat_turn",
  text: `WITH answer AS (
      SELECT id, conversation_id, parent_id FROM messages WHERE run_id = $1 AND workspace_id = $2 AND role = 'assistant'
    ), branch AS MATERIALIZED (
      SELECT m.id, m.seq, m.role, m.content, m.tainted_by FROM answer, branch_of(answer.parent_id) m
    ), base AS (
      SELECT s.through_seq, s.messages, s.omitted, s.text FROM conversation_summaries s JOIN branch ON branch.id = s.through_message_id
      WHERE s.workspace_id = $2 ORDER BY s.through_seq DESC LIMIT 1
    ), said AS (
      SELECT seq, role, content, row_number() OVER newest AS place, sum(length(content)) OVER newest AS characters
      FROM branch WHERE content <> '' AND seq > coalesce((SELECT through_seq FROM base), 0) WINDOW newest AS (ORDER BY seq DESC)
    ), shown AS (
      SELECT * FROM said WHERE place = 1 OR (place <= ${MOST_MESSAGES} AND characters <= ${MOST_CHARACTERS})
    ), images AS (
      SELECT b.seq, jsonb_agg(jsonb_build_object('id', i.id, 'name', i.name, 'type', i.type, 'bytes', i.bytes) ORDER BY i.position) AS list
      FROM conversation_images i JOIN branch b ON b.id = i.message_id WHERE i.workspace_id = $2 GROUP BY b.seq
    ), files AS (
      SELECT DISTINCT ON (f.name) f.name, f.characters, CASE WHEN f.characters <= ${SMALL_FILE} THEN f.text END AS text, b.seq, f.position
      FROM conversation_files f JOIN branch b ON b.id = f.message_id WHERE f.workspace_id = $2 ORDER BY f.name, b.seq DESC
    )
    SELECT a.id, a.conversation_id, a.parent_id, c.facts, (SELECT answer_schema FROM messages WHERE id = a.parent_id) AS answer_schema,
      (SELECT to_jsonb(base) FROM base) AS summary,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'role', role, 'content', content, 'images', coalesce(list, '[]')) ORDER BY seq), '[]')
        FROM shown LEFT JOIN images USING (seq)) AS history,
      (SELECT count(*) FROM said)::int - (SELECT count(*) FROM shown)::int AS unread,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'characters', characters, 'text', text) ORDER BY seq DESC, position), '[]') FROM files) AS files,
      (SELECT coalesce(jsonb_agg(DISTINCT source), '[]') FROM branch m, jsonb_array_elements_text(m.tainted_by) source) AS tainted_by
    FROM answer a JOIN conversations c ON c.id = a.conversation_id`,
};

interface TurnRow {
  id: string;
  conversation_id: string;
  parent_id: string;
  facts: string[];
  answer_schema: AnswerSchema | null;
  summary: { through_seq: number; messages: number; omitted: number; text: string } | null;
  /** Ids of pictures are plain UUIDs here. */
  history: SaidMessage[];
  unread: number;
  files: BranchFile[];
  tainted_by: string[];
}

/** `undefined` when the conversation was deleted meanwhile. Models and target are pinned in the run's inputs. */
export async function readChatTurn(statements: Statements, claim: Claim): Promise<ChatTurn | undefined> {
  const [row] = await statements.run<TurnRow>(READ_TURN, [uuidFromTypeId(claim.run.id), uuidFromTypeId(claim.workspaceId)]);
  if (!row) return undefined;
  const { summary } = row;
  return {
    conversationId: typeIdFromUuid("conversation", row.conversation_id),
    messageId: typeIdFromUuid("message", row.id),
    parentId: typeIdFromUuid("message", row.parent_id),
    model: String(claim.run.inputs.model ?? "demo/extractive"),
    fallbackModels: (claim.run.inputs.fallbackModels ?? []) as string[],
    answerSchema: row.answer_schema,
    facts: row.facts,
    summary: summary && { throughSeq: summary.through_seq, messages: summary.messages, omitted: summary.omitted, text: summary.text },
    target: (claim.run.inputs.target ?? null) as PinnedTarget | null,
    history: row.history.map((said) => ({
      ...said,
      images: said.images?.map((image) => ({ ...image, id: typeIdFromUuid("image", image.id) })) ?? [],
    })),
    unread: row.unread,
    files: row.files,
    taintedBy: row.tainted_by,
  };
}

const READ_ANSWER: Statement = {
  name: "read_answer",
  text: `SELECT id, conversation_id, seq, parent_id, role, content, parts, state, run_id, client_message_id, error, created_at,
      (SELECT jsonb_agg(v.id ORDER BY v.seq) FROM messages v WHERE v.conversation_id = m.conversation_id AND v.parent_id IS NOT DISTINCT FROM m.parent_id) AS version_ids
    FROM messages m WHERE id = $1`,
};

interface MessageRow {
  id: string;
  conversation_id: string;
  seq: number;
  parent_id: string | null;
  version_ids: string[];
  role: Message["role"];
  content: string;
  parts: Message["parts"];
  state: Message["state"];
  run_id: string | null;
  client_message_id: string | null;
  error: Message["error"];
  created_at: string;
}

export async function readAnswer(statements: Statements, messageId: string): Promise<Message | undefined> {
  const [row] = await statements.run<MessageRow>(READ_ANSWER, [uuidFromTypeId(messageId)]);
  return (
    row && {
      id: typeIdFromUuid("message", row.id),
      conversationId: typeIdFromUuid("conversation", row.conversation_id),
      seq: row.seq,
      parentId: row.parent_id && typeIdFromUuid("message", row.parent_id),
      versionIds: row.version_ids.map((id) => typeIdFromUuid("message", id)),
      role: row.role,
      content: row.content,
      parts: row.parts,
      state: row.state,
      runId: row.run_id && typeIdFromUuid("run", row.run_id),
      clientMessageId: row.client_message_id,
      error: row.error,
      createdAt: row.created_at,
    }
  );
}
