import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { ModelRequest } from "@crew/engine/model";
import type { ModelRoute, RequestImages, Statement } from "../../system.ts";
import type { ExecutionContext } from "./execution-context.ts";

const READ: Statement = {
  name: "read_request_images",
  text: "SELECT id, content FROM conversation_images WHERE workspace_id = $1 AND conversation_id = $2 AND id = ANY ($3::uuid[])",
};

/**
 * The pictures that a request names, read when it is sent: journal, ledger and events have their ids alone. Behind the wall
 * of the run's workspace and of its own conversation. One that is gone went with its conversation, and the answer with it.
 */
export async function requestImages(
  { journal, system, turn }: ExecutionContext,
  { messages }: ModelRequest,
  { kind }: ModelRoute,
): Promise<RequestImages> {
  const ids = messages.flatMap((message) => (message.role === "user" ? (message.images ?? []) : [])).map(({ id }) => uuidFromTypeId(id));
  // The demonstration sees none.
  if (ids.length === 0 || !turn || kind === "demo") return new Map();
  const { workspaceId } = journal.claim;
  const rows = await system.walls
    .around(workspaceId)
    .statements.run<{ id: string; content: Buffer }>(READ, [uuidFromTypeId(workspaceId), uuidFromTypeId(turn.conversationId), ids]);
  return new Map(rows.map(({ id, content }) => [typeIdFromUuid("image", id), content.toString("base64")]));
}
