"use client";

import type { ListedConversation } from "@crew/contracts/conversations";
import { Pin, Users } from "lucide-react";
import { classNames } from "../../ui/class-names.ts";
import { RouteLink } from "../../ui/route-link.tsx";
import { ConversationMenu } from "./conversation-menu.tsx";

export function ConversationRow({ conversation, isOpen }: { conversation: ListedConversation; isOpen: boolean }) {
  const { id, title, excerpt, isMine, isPinned, isShared, ownerName } = conversation;
  const note = excerpt ?? (isMine ? null : ownerName);
  return (
    <li className={classNames("group relative flex items-center rounded-md hover:bg-hover", isOpen && "bg-pressed/70")}>
      <RouteLink
        href={`/chat/${id}`}
        data-row=""
        aria-current={isOpen ? "page" : undefined}
        className="flex min-h-9 min-w-0 flex-1 flex-col justify-center rounded-md px-2.5 py-1 text-base -outline-offset-2 group-focus-within:pr-9 group-hover:pr-9 max-sm:min-h-11 max-md:pr-10"
      >
        <span className="flex min-w-0 items-center gap-1.5">
          {isPinned && isMine ? <Mark icon={<Pin aria-hidden="true" className="size-3" />} words="Pinned" /> : null}
          <span className="truncate">{title}</span>
          {isShared && isMine ? <Mark icon={<Users aria-hidden="true" className="size-3" />} words="Shared" /> : null}
        </span>
        {note === null ? null : <span className="line-clamp-2 text-xs break-words text-muted">{note}</span>}
      </RouteLink>
      <ConversationMenu
        conversation={conversation}
        isOpen={isOpen}
        name={title}
        className="absolute right-0.5 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 max-md:size-10 max-md:opacity-100"
      />
    </li>
  );
}

function Mark({ icon, words }: { icon: React.ReactNode; words: string }) {
  return (
    <span className="shrink-0 text-muted">
      {icon}
      <span className="sr-only">{words}: </span>
    </span>
  );
}
