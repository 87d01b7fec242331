"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ConversationFilterForm, useConversationFilter } from "./conversation-filter.tsx";
import { type ConversationFilter, conversationListQuery } from "./conversation-queries.ts";
import { ConversationRow } from "./conversation-row.tsx";

export function ConversationList({ openId }: { openId: string | null }) {
  const { filter, change } = useConversationFilter();
  const search = useDeferredValue(filter.search.trim());
  return (
    <>
      <ConversationFilterForm value={filter} onChange={change} />
      <Found filter={{ ...filter, search }} openId={openId} />
    </>
  );
}

function Found({ filter, openId }: { filter: ConversationFilter; openId: string | null }) {
  const query = useInfiniteQuery(conversationListQuery(filter));
  if (query.isError && !query.data) {
    return (
      <ErrorState error={query.error} what="The conversations could not be read" onRetry={() => void query.refetch()} className="m-2" />
    );
  }
  if (!query.data) return <ListSkeleton />;
  const conversations = query.data.pages.flatMap((page) => page.data);
  if (conversations.length === 0) return <p className="px-2.5 py-2 text-sm text-faint">{emptyWords(filter)}</p>;
  return (
    <>
      <ul aria-busy={query.isPlaceholderData} className="flex flex-col gap-px">
        {conversations.map((conversation) => (
          <ConversationRow key={conversation.id} conversation={conversation} isOpen={conversation.id === openId} />
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button
          variant="ghost"
          size="sm"
          busy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
          className="mt-1 w-full"
        >
          Show more
        </Button>
      ) : null}
    </>
  );
}

function emptyWords({ view, search }: ConversationFilter): string {
  if (search !== "") return "Nothing here holds these words.";
  if (view === "archived") return "What you archive is put away here, and found again.";
  if (view === "shared") return "What others in the workspace share will stand here.";
  return "Your conversations will stand here.";
}

function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-5 px-2.5 py-2.5">
      {["w-3/4", "w-1/2", "w-2/3", "w-3/5"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </div>
  );
}
