"use client";

import type { Conversation } from "@crew/contracts/conversations";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { conversationEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { RouteLink } from "../../ui/route-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useNavigate } from "../../ui/use-navigate.ts";
import { conversationListQuery } from "./conversation-queries.ts";
import { RenameDialog } from "./rename-dialog.tsx";

export function ConversationList({ openId }: { openId: string | null }) {
  const query = useInfiniteQuery(conversationListQuery);
  if (query.isError && !query.data) {
    return (
      <ErrorState error={query.error} what="The conversations could not be read" onRetry={() => void query.refetch()} className="m-2" />
    );
  }
  if (!query.data) return <ListSkeleton />;
  const conversations = query.data.pages.flatMap((page) => page.data);
  if (conversations.length === 0) return <p className="px-2.5 py-2 text-sm text-faint">Your conversations will stand here.</p>;
  return (
    <>
      <ul className="flex flex-col gap-px">
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

function ConversationRow({ conversation, isOpen }: { conversation: Conversation; isOpen: boolean }) {
  const [dialog, setDialog] = useState<"rename" | "delete" | null>(null);
  const queries = useQueryClient();
  const { push } = useNavigate();
  const remove = useMutation({
    mutationFn: () => callApi(conversationEndpoints.delete, { params: { conversationId: conversation.id } }),
    onSuccess: async () => {
      if (isOpen) push("/chat");
      await queries.invalidateQueries({ queryKey: conversationListQuery.queryKey });
    },
    onError: (error) => showToast("The conversation was not deleted.", { tone: "bad", detail: explainError(error).reason }),
    onSettled: () => setDialog(null),
  });
  return (
    <li className={classNames("group relative flex h-9 items-center rounded-md hover:bg-hover max-sm:h-11", isOpen && "bg-pressed/70")}>
      <RouteLink
        href={`/chat/${conversation.id}`}
        data-row=""
        aria-current={isOpen ? "page" : undefined}
        className="flex h-full min-w-0 flex-1 items-center rounded-md px-2.5 text-base -outline-offset-2 group-focus-within:pr-9 group-hover:pr-9 max-md:pr-10"
      >
        <span className="truncate">{conversation.title}</span>
      </RouteLink>
      <DropdownMenu
        trigger={
          <button
            type="button"
            aria-label={`Actions for ${conversation.title}`}
            className="absolute right-0.5 grid size-8 place-items-center rounded-md text-faint opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 hover:text-text data-[state=open]:opacity-100 max-md:size-10 max-md:opacity-100"
          >
            <Ellipsis aria-hidden="true" className="size-4" />
          </button>
        }
        actions={[
          { label: "Rename", icon: <Pencil />, onSelect: () => setDialog("rename") },
          { label: "Delete", icon: <Trash2 />, danger: true, onSelect: () => setDialog("delete") },
        ]}
      />
      {dialog === "rename" ? <RenameDialog conversation={conversation} onClose={() => setDialog(null)} /> : null}
      <ConfirmDialog
        open={dialog === "delete"}
        title="Delete this conversation?"
        confirm="Delete"
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
        onClose={() => setDialog(null)}
      >
        “{conversation.title}” and its messages are gone for good; an answer under way is stopped. Its runs stay readable.
      </ConfirmDialog>
    </li>
  );
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
