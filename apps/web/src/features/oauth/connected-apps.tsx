"use client";

import type { OAuthGrant } from "@crew/contracts/oauth-grants";
import { infiniteQueryOptions, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { oauthGrantEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { PagedTable } from "../../ui/paged-table.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import type { Column } from "../../ui/table.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { permissionWords } from "../roles/permission-words.ts";

const grantsQuery = infiniteQueryOptions({
  queryKey: ["oauth-grants"],
  queryFn: ({ pageParam, signal }) => callApi(oauthGrantEndpoints.list, { query: { limit: 25, cursor: pageParam ?? undefined }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

/** Apps that act for the person in this workspace. */
export function ConnectedApps() {
  const grants = useInfiniteQuery(grantsQuery);
  const [doomed, setDoomed] = useState<OAuthGrant | null>(null);
  return (
    <>
      <Card flush title="Connected apps" note="Apps that you have let act for you in this workspace.">
        <PagedTable
          list={grants}
          noun={["app", "apps"]}
          caption="Connected apps"
          columns={columns(setDoomed)}
          rowKey={(grant) => grant.id}
          empty={
            <EmptyState title="No app acts for you">An app that wants to asks you first, and shows what it would be allowed.</EmptyState>
          }
        />
      </Card>
      <DisconnectDialog grant={doomed} onClose={() => setDoomed(null)} />
    </>
  );
}

function columns(onDisconnect: (grant: OAuthGrant) => void): Column<OAuthGrant>[] {
  return [
    { id: "name", header: "App", cell: (grant) => <span className="font-medium">{grant.clientName}</span> },
    {
      id: "may",
      header: "May",
      className: "text-xs text-muted max-md:hidden",
      cell: (grant) => <span title={grant.scopes.map(permissionWords).join(", ")}>{grant.scopes.map(permissionWords).join(", ")}</span>,
    },
    {
      id: "since",
      header: "Since",
      className: "w-28 text-xs text-muted max-sm:hidden",
      cell: (grant) => <RelativeTime at={grant.createdAt} />,
    },
    {
      id: "used",
      header: "Last used",
      className: "w-28 text-xs text-muted max-sm:hidden",
      cell: (grant) => (grant.lastUsedAt ? <RelativeTime at={grant.lastUsedAt} /> : "never"),
    },
    {
      id: "actions",
      header: <span className="sr-only">Actions</span>,
      className: "w-32",
      align: "right",
      cell: (grant) => (
        <Button size="sm" aria-label={`Disconnect ${grant.clientName}`} onClick={() => onDisconnect(grant)}>
          Disconnect
        </Button>
      ),
    },
  ];
}

function DisconnectDialog({ grant, onClose }: { grant: OAuthGrant | null; onClose: () => void }) {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: (grantId: string) => callApi(oauthGrantEndpoints.revoke, { params: { grantId } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["oauth-grants"] });
      showToast("The app no longer acts for you");
      onClose();
    },
    onError: (error) => showToast("The app is still connected", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <ConfirmDialog
      open={grant !== null}
      title={`Disconnect ${grant?.clientName ?? "app"}?`}
      confirm="Disconnect"
      busy={revoke.isPending}
      onClose={onClose}
      onConfirm={() => grant && revoke.mutate(grant.id)}
    >
      Its tokens count no more. It has to ask you again before it can act for you.
    </ConfirmDialog>
  );
}
