"use client";

import { call } from "@crew/client/call";
import type { ApiKey, NewApiKey } from "@crew/contracts/api-keys";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { apiKeysQuery } from "../../data/api-keys-query.ts";
import { apiKeyEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { Pager } from "../../ui/pager.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { NewApiKeyDialog } from "./new-api-key-dialog.tsx";
import { ShownOnceKey } from "./shown-once-key.tsx";

export function ApiKeySettings() {
  const keys = useInfiniteQuery(apiKeysQuery);
  const [isCreating, setCreating] = useState(false);
  const [fresh, setFresh] = useState<NewApiKey | null>(null);
  const [doomed, setDoomed] = useState<ApiKey | null>(null);
  const rows = keys.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <div className="flex flex-col gap-4">
      {fresh ? <ShownOnceKey created={fresh} onDone={() => setFresh(null)} /> : null}
      <Card
        flush
        title="API keys"
        note="For programs: start runs and read results with your permissions or fewer."
        actions={
          <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setCreating(true)}>
            New key
          </Button>
        }
      >
        {keys.isPending ? <SkeletonRows rows={3} /> : null}
        {keys.isError ? <ErrorState error={keys.error} what="The keys could not be read" onRetry={() => void keys.refetch()} /> : null}
        {keys.data && rows.length === 0 ? (
          <EmptyState title="No API key yet">
            A key lets a script start a crew and wait for its result; the example comes with the key.
          </EmptyState>
        ) : null}
        {rows.length > 0 ? (
          <>
            <Table caption="API keys" columns={columns(setDoomed)} rows={rows} rowKey={(key) => key.id} />
            <Pager
              shown={rows.length}
              noun={rows.length === 1 ? "key" : "keys"}
              hasMore={keys.hasNextPage}
              busy={keys.isFetchingNextPage}
              onMore={() => void keys.fetchNextPage()}
            />
          </>
        ) : null}
      </Card>
      <NewApiKeyDialog open={isCreating} onClose={() => setCreating(false)} onCreated={setFresh} />
      <RevokeDialog apiKey={doomed} onClose={() => setDoomed(null)} />
    </div>
  );
}

function columns(onRevoke: (key: ApiKey) => void): Column<ApiKey>[] {
  return [
    { id: "name", header: "Name", cell: (key) => <span className="font-medium">{key.name}</span> },
    { id: "key", header: "Key", className: "w-24 font-mono text-xs", cell: (key) => `…${key.lastFour}` },
    {
      id: "scopes",
      header: "May",
      className: "text-xs text-muted max-md:hidden",
      cell: (key) => <span title={key.scopes.join(", ")}>{key.scopes.join(", ")}</span>,
    },
    {
      id: "used",
      header: "Last used",
      className: "w-28 text-xs text-muted max-sm:hidden",
      cell: (key) => (key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : "never"),
    },
    { id: "expires", header: "Expires", className: "w-28 text-xs text-muted max-sm:hidden", cell: (key) => expiryOf(key) },
    {
      id: "revoke",
      header: <span className="sr-only">Actions</span>,
      className: "w-14",
      align: "right",
      cell: (key) => <IconButton label={`Revoke ${key.name}`} icon={<Trash2 />} onClick={() => onRevoke(key)} />,
    },
  ];
}

function expiryOf(key: ApiKey) {
  if (!key.expiresAt) return "never";
  if (Date.parse(key.expiresAt) < Date.now()) return <span className="text-bad">expired</span>;
  return <RelativeTime at={key.expiresAt} />;
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey | null; onClose: () => void }) {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: (apiKeyId: string) => call(apiKeyEndpoints.revoke, { params: { apiKeyId } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["api-keys"] });
      showToast("The key is revoked");
      onClose();
    },
    onError: (error) => showToast("The key was not revoked", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <ConfirmDialog
      open={apiKey !== null}
      title={`Revoke ${apiKey?.name ?? "key"}?`}
      confirm="Revoke key"
      busy={revoke.isPending}
      onClose={onClose}
      onConfirm={() => apiKey && revoke.mutate(apiKey.id)}
    >
      Programs that use the key ending in <code className="font-mono">{apiKey?.lastFour}</code> are refused from now on. Runs that it has
      started go on.
    </ConfirmDialog>
  );
}
