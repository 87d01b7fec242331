"use client";

import type { ApiKey, NewApiKey } from "@crew/contracts/api-keys";
import type { Me } from "@crew/contracts/session";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Plus, RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { apiKeysQuery } from "../../data/api-keys-query.ts";
import { meQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { PagedTable } from "../../ui/paged-table.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import type { Column } from "../../ui/table.tsx";
import { WhomToAsk } from "../members/whom-to-ask.tsx";
import { permissionWords } from "../roles/permission-words.ts";
import { EndApiKeyDialog, type EndedKey } from "./end-api-key-dialog.tsx";
import { NewApiKeyDialog } from "./new-api-key-dialog.tsx";
import { ShownOnceKey } from "./shown-once-key.tsx";

export function ApiKeySettings() {
  const me = useQuery(meQuery).data;
  return me ? <ApiKeys me={me} /> : null;
}

function ApiKeys({ me }: { me: Me }) {
  const [isAll, setAll] = useState(false);
  const keys = useInfiniteQuery(apiKeysQuery(isAll ? "all" : "me"));
  const [isCreating, setCreating] = useState(false);
  const [fresh, setFresh] = useState<NewApiKey | null>(null);
  const [ended, setEnded] = useState<EndedKey | null>(null);
  const mayWrite = me.permissions.includes("api-keys:write");
  return (
    <>
      {fresh ? <ShownOnceKey created={fresh} onDone={() => setFresh(null)} /> : null}
      <Card
        flush
        title="API keys"
        note={
          mayWrite ? (
            "For programs: start runs and read results with your permissions or fewer."
          ) : (
            <>
              Your role makes no keys. <WhomToAsk />
            </>
          )
        }
        actions={
          mayWrite ? (
            <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setCreating(true)}>
              New key
            </Button>
          ) : null
        }
      >
        {me.permissions.includes("members:write") ? (
          <Checkbox
            className="border-b border-line px-4 py-2"
            label={<span className="text-sm">Show everybody's keys</span>}
            checked={isAll}
            onChange={(event) => setAll(event.target.checked)}
          />
        ) : null}
        <PagedTable
          list={keys}
          noun={["key", "keys"]}
          caption="API keys"
          columns={columns(me, isAll, mayWrite, setEnded)}
          rowKey={(key) => key.id}
          empty={
            <EmptyState title="No API key yet">
              A key lets a script start a crew and wait for its result; the example comes with the key.
            </EmptyState>
          }
        />
      </Card>
      <NewApiKeyDialog open={isCreating} onClose={() => setCreating(false)} onCreated={setFresh} />
      <EndApiKeyDialog ended={ended} onClose={() => setEnded(null)} onReplaced={setFresh} />
    </>
  );
}

function columns(me: Me, isAll: boolean, mayWrite: boolean, onEnd: (ended: EndedKey) => void): Column<ApiKey>[] {
  const owner: Column<ApiKey> = { id: "owner", header: "Of", className: "w-28 text-muted max-md:hidden", cell: (key) => key.owner.name };
  const actions: Column<ApiKey> = {
    id: "actions",
    header: <span className="sr-only">Actions</span>,
    className: "w-22",
    align: "right",
    cell: (key) => (
      <>
        {key.owner.userId === me.userId ? (
          <IconButton label={`Replace ${key.name}`} icon={<RotateCw />} onClick={() => onEnd({ key, how: "rotate" })} />
        ) : null}
        <IconButton label={`Revoke ${key.name}`} icon={<Trash2 />} onClick={() => onEnd({ key, how: "revoke" })} />
      </>
    ),
  };
  return [
    {
      id: "name",
      header: "Name",
      cell: (key) => (
        <div className="min-w-0">
          <p className="truncate font-medium">{key.name}</p>
          <p className="truncate font-mono text-xs text-faint">
            {key.prefix}…{key.lastFour}
          </p>
        </div>
      ),
    },
    ...(isAll ? [owner] : []),
    {
      id: "scopes",
      header: "May",
      className: "text-xs text-muted max-md:hidden",
      cell: (key) => <span title={key.scopes.map(permissionWords).join(", ")}>{key.scopes.map(permissionWords).join(", ")}</span>,
    },
    { id: "rate", header: "Rate", className: "w-20 text-xs text-muted max-lg:hidden", cell: (key) => key.rateClass },
    {
      id: "used",
      header: "Last used",
      className: "w-26 text-xs text-muted max-sm:hidden",
      cell: (key) =>
        key.lastUsedAt ? (
          <span title={key.lastUsedAddress ? `from ${key.lastUsedAddress}` : undefined}>
            <RelativeTime at={key.lastUsedAt} />
          </span>
        ) : (
          "never"
        ),
    },
    { id: "expires", header: "Expires", className: "w-26 text-xs text-muted max-sm:hidden", cell: expiryOf },
    ...(mayWrite || isAll ? [actions] : []),
  ];
}

function expiryOf(key: ApiKey) {
  if (!key.expiresAt) return "never";
  if (Date.parse(key.expiresAt) < Date.now()) return <span className="text-bad">expired</span>;
  return <RelativeTime at={key.expiresAt} />;
}
