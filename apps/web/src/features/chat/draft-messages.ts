import type { Message } from "@crew/contracts/conversations";
import type { Attached } from "./attached.ts";

export interface KeptFiles {
  messageId: string;
  names: string[];
}

/** A message that somebody has sent here and that the server has not confirmed yet. */
export interface DraftMessage {
  /** Names the message on every attempt, so that trying again cannot send it twice. */
  clientMessageId: string;
  content: string;
  attachments: Attached[];
  /** Of an edited message: what it follows. Absent: the last one. */
  parentId?: string | null;
  /** Of an edited message: the earlier version whose files go along. */
  kept?: KeptFiles | null;
  state: "sending" | "failed";
  error: unknown;
}

/**
 * Messages as the page shows them: by `seq`, each once, the newest word of each; then the drafts that are not among them
 * yet. The answer to a POST, a frame of the socket and a page of the list may bring the same message in any order.
 */
export function mergeMessages(known: readonly Message[], fresh: readonly Message[]): Message[] {
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of fresh) {
    const other = byId.get(message.id);
    // A finished message does not become pending again because an older answer arrived late.
    if (other && other.state !== "pending" && message.state === "pending") continue;
    byId.set(message.id, message);
  }
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}

/**
 * The branch that was read, as what came since makes it: a message that follows an earlier one than the last begins
 * another branch there, which is shown from then on.
 */
export function branchWith(read: readonly Message[], fresh: readonly Message[]): Message[] {
  let branch = mergeMessages(read, []);
  for (const message of mergeMessages(fresh, [])) {
    if (branch.some(({ id }) => id === message.id)) {
      branch = mergeMessages(branch, [message]);
      continue;
    }
    const parentAt = branch.findIndex(({ id }) => id === message.parentId);
    // Where its parent has not been read, as far up as that is, the messages between the two are not known to be others.
    const isUnknown = message.parentId !== null && parentAt < 0;
    branch = [...(isUnknown ? branch : branch.slice(0, parentAt + 1)), message];
  }
  return branch;
}

/** The branch as an edited message leaves it that is on its way. */
export function beforeEdit(branch: readonly Message[], drafts: readonly DraftMessage[]): readonly Message[] {
  const edited = drafts.find(({ parentId }) => parentId !== undefined);
  if (!edited) return branch;
  return branch.slice(0, branch.findIndex(({ id }) => id === edited.parentId) + 1);
}

/** Drafts that the server does not show yet. */
export function openDrafts(drafts: readonly DraftMessage[], messages: readonly Message[]): DraftMessage[] {
  const confirmed = new Set(messages.map((message) => message.clientMessageId));
  return drafts.filter((draft) => !confirmed.has(draft.clientMessageId));
}

/** First words of a message, as the name of a conversation. */
export function titleOf(content: string): string {
  const line = content.trim().split("\n", 1)[0]?.trim() ?? "";
  if (line.length <= 60) return line || "New conversation";
  const cut = line.slice(0, 60);
  const space = cut.lastIndexOf(" ");
  return `${(space > 30 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
