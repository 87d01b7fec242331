"use client";

import type { Secret } from "@crew/contracts/secrets";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { secretEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useMay } from "../members/use-may.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";

const SecretDialog = lazy(() => import("./secret-dialog.tsx"));

const secretsQuery = queryOptions({
  queryKey: ["secrets"],
  queryFn: ({ signal }) => callApi(secretEndpoints.list, { signal }),
  select: (list) => list.data,
});

/** Values that go in and never come out. */
export function SecretSettings() {
  const secrets = useQuery(secretsQuery);
  const mayWrite = useMay("secrets:write");
  const [edited, setEdited] = useState<Secret | "new" | null>(null);
  const [doomed, setDoomed] = useState<Secret | null>(null);
  return (
    <>
      <Card
        flush
        title="Secrets"
        note={
          mayWrite ? (
            <>
              Used as <code className="font-mono">{"{{secret:NAME}}"}</code>, filled in at the moment of use. Nobody can read a value again.
            </>
          ) : (
            <>
              You see the names; setting secrets is for those who manage them. <WhomToAsk />
            </>
          )
        }
        actions={
          mayWrite ? (
            <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setEdited("new")}>
              New secret
            </Button>
          ) : null
        }
      >
        {secrets.isPending ? <SkeletonRows rows={3} /> : null}
        {secrets.isError ? (
          <ErrorState
            error={secrets.error}
            what="The secrets could not be read"
            onRetry={() => void secrets.refetch()}
            className="border-0"
          />
        ) : null}
        {secrets.data?.length === 0 ? (
          <EmptyState title="No secret yet">Keys and passwords that tools need belong here, not into the text of a crew.</EmptyState>
        ) : null}
        {secrets.data && secrets.data.length > 0 ? (
          <Table caption="Secrets" columns={columns(mayWrite, setEdited, setDoomed)} rows={secrets.data} rowKey={(secret) => secret.id} />
        ) : null}
      </Card>
      <Suspense fallback={null}>
        {edited ? <SecretDialog secret={edited === "new" ? null : edited} onClose={() => setEdited(null)} /> : null}
      </Suspense>
      <DeleteSecretDialog secret={doomed} onClose={() => setDoomed(null)} />
    </>
  );
}

function columns(mayWrite: boolean, onEdit: (secret: Secret) => void, onDelete: (secret: Secret) => void): Column<Secret>[] {
  const actions: Column<Secret> = {
    id: "actions",
    header: <span className="sr-only">Actions</span>,
    className: "w-22",
    align: "right",
    cell: (secret) => (
      <>
        <IconButton label={`Change ${secret.name}`} icon={<Pencil />} onClick={() => onEdit(secret)} />
        <IconButton label={`Delete ${secret.name}`} icon={<Trash2 />} onClick={() => onDelete(secret)} />
      </>
    ),
  };
  return [
    {
      id: "name",
      header: "Name",
      cell: (secret) => (
        <div className="min-w-0">
          <p className="truncate font-mono text-sm font-medium">{secret.name}</p>
          {secret.description ? <p className="truncate text-xs text-faint">{secret.description}</p> : null}
        </div>
      ),
    },
    {
      id: "ends",
      header: "Ends in",
      className: "w-24 font-mono text-xs max-sm:hidden",
      cell: (secret) => (secret.lastFour ? `…${secret.lastFour}` : "too short"),
    },
    {
      id: "hosts",
      header: "Sent to",
      className: "text-xs text-muted max-lg:hidden",
      cell: (secret) => <span title={secret.hosts.join("\n")}>{secret.hosts.join(", ") || "no host"}</span>,
    },
    {
      id: "set",
      header: "Set",
      className: "w-44 text-xs text-muted max-md:hidden",
      cell: (secret) => (
        <>
          <RelativeTime at={secret.updatedAt} /> by {secret.updatedBy}
        </>
      ),
    },
    ...(mayWrite ? [actions] : []),
  ];
}

function DeleteSecretDialog({ secret, onClose }: { secret: Secret | null; onClose: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (secretId: string) => callApi(secretEndpoints.delete, { params: { secretId } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["secrets"] });
      showToast("The secret is gone");
      onClose();
    },
    onError: (error) => showToast("The secret was not deleted", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <ConfirmDialog
      open={secret !== null}
      title={`Delete ${secret?.name ?? "secret"}?`}
      confirm="Delete secret"
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => secret && remove.mutate(secret.id)}
    >
      What names it fails from now on, runs under way too. The value cannot be brought back.
    </ConfirmDialog>
  );
}
