import type { Message } from "@crew/contracts/conversations";
import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { ModelMessage } from "@crew/engine/model";
import type { Statement, Statements } from "../../system.ts";
import type { Claim } from "./claim.ts";

/** The answer that a chat run is to write, and what was said before it. */
export interface ChatTurn {
  conversationId: string;
  /** The pending answer. */
  messageId: string;
  model: string;
  history: ModelMessage[];
  /** Content from outside that the history's answers were made from. */
  taintedBy: string[];
}

/** Newest messages that a model is shown. */
const MAX_HISTORY = 60;

const READ_TURN: Statement = {
  name: "read_chat_turn",
  text: `SELECT a.id, a.conversation_id,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('role', m.role, 'content', m.content) ORDER BY m.seq), '[]') FROM (
        SELECT role, content, seq FROM messages WHERE conversation_id = a.conversation_id AND seq < a.seq AND content <> ''
        ORDER BY seq DESC LIMIT ${MAX_HISTORY}) m) AS history,
      (SELECT coalesce(jsonb_agg(DISTINCT source), '[]') FROM messages m, jsonb_array_elements_text(m.tainted_by) source
        WHERE m.conversation_id = a.conversation_id AND m.seq < a.seq) AS tainted_by
    FROM messages a WHERE a.run_id = $1 AND a.role = 'assistant'`,
};

interface TurnRow {
  id: string;
  conversation_id: string;
  history: { role: "user" | "assistant"; content: string }[];
  tainted_by: string[];
}

/** `undefined` when the conversation was deleted meanwhile. The model is pinned in the run's inputs. */
export async function readChatTurn(statements: Statements, claim: Claim): Promise<ChatTurn | undefined> {
  const [row] = await statements.run<TurnRow>(READ_TURN, [uuidFromTypeId(claim.run.id)]);
  if (!row) return undefined;
  return {
    conversationId: typeIdFromUuid("conversation", row.conversation_id),
    messageId: typeIdFromUuid("message", row.id),
    model: String(claim.run.inputs.model ?? "demo/extractive"),
    history: row.history,
    taintedBy: row.tainted_by,
  };
}

const READ_ANSWER: Statement = {
  name: "read_answer",
  text: `SELECT id, conversation_id, seq, role, content, state, run_id, client_message_id, error, created_at FROM messages WHERE id = $1`,
};

interface MessageRow {
  id: string;
  conversation_id: string;
  seq: number;
  role: Message["role"];
  content: string;
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
      role: row.role,
      content: row.content,
      state: row.state,
      runId: row.run_id && typeIdFromUuid("run", row.run_id),
      clientMessageId: row.client_message_id,
      error: row.error,
      createdAt: row.created_at,
    }
  );
}
