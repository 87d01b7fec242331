"use client";

import type { Conversation } from "@crew/contracts/conversations";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Plus } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { Suspense } from "react";
import { PageHeader } from "../../shell/page-header.tsx";
import { Badge } from "../../ui/badge.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { RouteLink } from "../../ui/route-link.tsx";
import { useRouteId } from "../../ui/use-route-id.ts";
import { ConversationList } from "./conversation-list.tsx";
import { ConversationMenu } from "./conversation-menu.tsx";
import { conversationQuery } from "./conversation-queries.ts";
import { ConversationView } from "./conversation-view.tsx";
import { NewConversation } from "./new-conversation.tsx";
import { talkOfAddress } from "./talk-target.ts";
import { TargetName } from "./target-name.tsx";

/** Conversations at the left, one of them at the right; on a phone, one or the other. */
export function ChatPage() {
  const conversationId = useRouteId();
  return (
    <div className="flex h-[calc(100dvh-var(--bar))] flex-col [--bar:0px] max-md:[--bar:64px]">
      {conversationId === null ? <PageHeader title="Chat" /> : <OpenHeader conversationId={conversationId} />}
      <div className="flex min-h-0 flex-1 max-md:flex-col">
        <aside
          aria-label="Conversations"
          className={classNames(
            "w-64 shrink-0 overflow-y-auto border-r border-line p-2 max-md:min-h-0 max-md:w-full max-md:flex-1 max-md:border-r-0",
            conversationId !== null && "max-md:hidden",
          )}
        >
          <ConversationList openId={conversationId} />
        </aside>
        <div className={classNames("flex min-h-0 min-w-0 flex-1 flex-col", conversationId === null && "max-md:flex-none")}>
          {conversationId === null ? <NewWithAddress /> : <ConversationView key={conversationId} conversationId={conversationId} />}
        </div>
      </div>
    </div>
  );
}

/** Whom one wants to talk to may stand in the address: another one begins anew. */
function NewWithAddress() {
  return (
    <Suspense fallback={null}>
      <NewOfAddress />
    </Suspense>
  );
}

function NewOfAddress() {
  const query = useSearchParams();
  return <NewConversation key={query.toString()} {...talkOfAddress(query)} />;
}

function OpenHeader({ conversationId }: { conversationId: string }) {
  const conversation = useQuery(conversationQuery(conversationId)).data;
  return (
    <PageHeader
      crumbs={[{ label: "Chat", href: "/chat" }]}
      title={
        <span className="flex min-w-0 items-center gap-2">
          <RouteLink
            href="/chat"
            aria-label="All conversations"
            className="-ml-1 grid size-8 shrink-0 place-items-center rounded-md text-muted md:hidden"
          >
            <ArrowLeft aria-hidden="true" className="size-4" />
          </RouteLink>
          <span className="truncate">{conversation?.title ?? "Conversation"}</span>
        </span>
      }
      state={
        conversation ? (
          <>
            <TargetName target={conversation.target} />
            <ConversationState conversation={conversation} />
          </>
        ) : null
      }
      actions={
        <>
          {conversation ? <ConversationMenu conversation={conversation} isOpen name="this conversation" /> : null}
          <NewLink />
        </>
      }
    />
  );
}

/** Who can read it, where that is not its owner alone. */
function ConversationState({ conversation: { isTemporary, isShared, isMine, isArchived, ownerName } }: { conversation: Conversation }) {
  if (!isMine) return <Badge>Shared by {ownerName || "a former member"}</Badge>;
  if (isTemporary) return <Badge tone="accent">Temporary</Badge>;
  return (
    <>
      {isShared ? <Badge tone="accent">Shared</Badge> : null}
      {isArchived ? <Badge>Archived</Badge> : null}
    </>
  );
}

function NewLink() {
  return (
    <RouteLink href="/chat" className={buttonClass("secondary")}>
      <Plus aria-hidden="true" className="size-4" />
      <span className="max-sm:sr-only">New chat</span>
    </RouteLink>
  );
}
