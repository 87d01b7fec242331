"use client";

import type { Conversation } from "@crew/contracts/conversations";
import { Archive, ArchiveRestore, FileDown, Pencil, Pin, PinOff, Trash2, Users } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import type { MenuAction } from "../../ui/dropdown-menu.tsx";
import { RowMenu } from "../../ui/row-menu.tsx";
import { useMay } from "../members/use-may.ts";
import { useConversationActs } from "./use-conversation-acts.ts";

const RenameDialog = lazy(() => import("./rename-dialog.tsx"));

export interface ConversationMenuProps {
  conversation: Conversation;
  /** Its page is the one that is shown. */
  isOpen: boolean;
  /** As the button names it. */
  name: string;
  className?: string;
}

/** Everything that can be done with a conversation as a whole; of another's only what reading allows. */
export function ConversationMenu({ conversation, isOpen, name, className }: ConversationMenuProps) {
  const [dialog, setDialog] = useState<"rename" | "delete" | null>(null);
  const { change, remove, download } = useConversationActs(conversation, isOpen);
  const isWritable = useMay("conversations:write") && conversation.isMine;
  const exports: MenuAction[] = [
    { label: "Export as Markdown", icon: <FileDown />, onSelect: () => download.mutate("markdown") },
    { label: "Export as JSON", icon: <FileDown />, onSelect: () => download.mutate("json") },
  ];
  const toggles = isWritable && !conversation.isTemporary ? togglesOf(conversation, change.mutate) : [];
  const actions = [
    ...(toggles.length > 0 ? [{ label: "Rename", icon: <Pencil />, onSelect: () => setDialog("rename") }, ...toggles, null] : []),
    ...exports,
    ...(isWritable ? [null, { label: "Delete", icon: <Trash2 />, danger: true, onSelect: () => setDialog("delete") }] : []),
  ];
  return (
    <>
      <RowMenu name={name} actions={actions} className={className} />
      <Suspense fallback={null}>
        {dialog === "rename" ? <RenameDialog conversation={conversation} onClose={() => setDialog(null)} /> : null}
      </Suspense>
      <ConfirmDialog
        open={dialog === "delete"}
        title="Delete this conversation?"
        confirm="Delete"
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined, { onSettled: () => setDialog(null) })}
        onClose={() => setDialog(null)}
      >
        “{conversation.title}” and its messages are gone for good; an answer under way is stopped.{" "}
        {conversation.isTemporary ? "The texts of its runs go too." : "Its runs stay readable."}
      </ConfirmDialog>
    </>
  );
}

type Change = ReturnType<typeof useConversationActs>["change"]["mutate"];

function togglesOf({ isPinned, isArchived, isShared }: Conversation, change: Change): MenuAction[] {
  return [
    isPinned
      ? { label: "Unpin", icon: <PinOff />, onSelect: () => change({ body: { isPinned: false }, done: "No longer pinned." }) }
      : { label: "Pin", icon: <Pin />, onSelect: () => change({ body: { isPinned: true }, done: "Pinned: it stays at the top." }) },
    isArchived
      ? { label: "Restore", icon: <ArchiveRestore />, onSelect: () => change({ body: { isArchived: false }, done: "Back in your list." }) }
      : { label: "Archive", icon: <Archive />, onSelect: () => change({ body: { isArchived: true }, done: "Archived." }) },
    isShared
      ? { label: "Stop sharing", icon: <Users />, onSelect: () => change({ body: { isShared: false }, done: "Yours alone again." }) }
      : {
          label: "Share with the workspace",
          icon: <Users />,
          onSelect: () => change({ body: { isShared: true }, done: "Everybody in the workspace can read it now." }),
        },
  ];
}
