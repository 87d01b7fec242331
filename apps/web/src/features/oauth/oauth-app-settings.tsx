"use client";

import type { NewOAuthClient, OAuthClient } from "@crew/contracts/oauth-clients";
import { infiniteQueryOptions, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, RotateCw, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { oauthClientEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { PagedTable } from "../../ui/paged-table.tsx";
import type { Column } from "../../ui/table.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useMay } from "../members/use-may.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";
import { ConfirmAppDialog, type DoomedApp } from "./confirm-app-dialog.tsx";
import { ShownOnceApp } from "./shown-once-app.tsx";

const OauthAppDialog = lazy(() => import("./oauth-app-dialog.tsx"));

const clientsQuery = infiniteQueryOptions({
  queryKey: ["oauth-clients"],
  queryFn: ({ pageParam, signal }) => callApi(oauthClientEndpoints.list, { query: { limit: 25, cursor: pageParam ?? undefined }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

/** Apps of others and of one's own that may ask people for access. */
export function OauthAppSettings() {
  const queries = useQueryClient();
  const clients = useInfiniteQuery(clientsQuery);
  const mayWrite = useMay("oauth-clients:write");
  const [edited, setEdited] = useState<OAuthClient | "new" | null>(null);
  const [fresh, setFresh] = useState<NewOAuthClient | null>(null);
  const [doomed, setDoomed] = useState<DoomedApp | null>(null);
  const act = useMutation({
    mutationFn: async ({ app: { id: clientId }, what }: DoomedApp) => {
      if (what === "secret") setFresh(await callApi(oauthClientEndpoints.rotateSecret, { params: { clientId } }));
      else await callApi(oauthClientEndpoints.delete, { params: { clientId } });
    },
    onSuccess: (_, { what }) => {
      if (what === "delete") showToast("The app is gone");
      setDoomed(null);
      return queries.invalidateQueries({ queryKey: ["oauth-clients"] });
    },
    onError: (error) => showToast("Nothing was changed", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <>
      {fresh ? <ShownOnceApp app={fresh} onDone={() => setFresh(null)} /> : null}
      <Card
        flush
        title="OAuth apps"
        note={
          mayWrite ? (
            "Apps that may ask people of this installation for access, by OAuth 2."
          ) : (
            <>
              You see the apps; registering them is for others. <WhomToAsk />
            </>
          )
        }
        actions={
          mayWrite ? (
            <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setEdited("new")}>
              New app
            </Button>
          ) : null
        }
      >
        <PagedTable
          list={clients}
          noun={["app", "apps"]}
          caption="OAuth apps"
          columns={columns(mayWrite, setEdited, setDoomed)}
          rowKey={(client) => client.id}
          empty={
            <EmptyState title="No app is registered">An app signs people in here and acts for them, within what they allow.</EmptyState>
          }
        />
      </Card>
      <Suspense fallback={null}>
        {edited ? <OauthAppDialog app={edited === "new" ? null : edited} onClose={() => setEdited(null)} onCreated={setFresh} /> : null}
      </Suspense>
      <ConfirmAppDialog doomed={doomed} busy={act.isPending} onClose={() => setDoomed(null)} onConfirm={act.mutate} />
    </>
  );
}

function columns(mayWrite: boolean, onEdit: (app: OAuthClient) => void, onDoom: (doomed: DoomedApp) => void): Column<OAuthClient>[] {
  const actions: Column<OAuthClient> = {
    id: "actions",
    header: <span className="sr-only">Actions</span>,
    className: "w-32",
    align: "right",
    cell: (app) => (
      <>
        <IconButton label={`Change ${app.name}`} icon={<Pencil />} onClick={() => onEdit(app)} />
        {app.kind === "confidential" ? (
          <IconButton label={`New secret for ${app.name}`} icon={<RotateCw />} onClick={() => onDoom({ app, what: "secret" })} />
        ) : null}
        <IconButton label={`Delete ${app.name}`} icon={<Trash2 />} onClick={() => onDoom({ app, what: "delete" })} />
      </>
    ),
  };
  return [
    {
      id: "name",
      header: "Name",
      cell: (app) => (
        <div className="min-w-0">
          <p className="truncate font-medium">{app.name}</p>
          <p className="truncate font-mono text-xs text-faint">{app.id}</p>
        </div>
      ),
    },
    {
      id: "kind",
      header: "Kind",
      className: "w-32 text-xs text-muted max-md:hidden",
      cell: (app) => (app.kind === "public" ? "public, no secret" : `secret …${app.secretLastFour ?? ""}`),
    },
    {
      id: "redirects",
      header: "Answers go to",
      className: "text-xs text-muted max-md:hidden",
      cell: (app) => (
        <span title={app.redirectUris.join("\n")}>{app.redirectUris.join(", ") || (app.actsAlone ? "acts alone" : "nowhere yet")}</span>
      ),
    },
    ...(mayWrite ? [actions] : []),
  ];
}
