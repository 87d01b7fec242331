"use client";

import type { McpServer } from "@crew/contracts/mcp-servers";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { useMay } from "../members/use-may.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";
import { mcpServersQuery } from "./mcp-server-queries.ts";
import { toolCountWords } from "./mcp-words.ts";

const McpServerDialog = lazy(() => import("./mcp-server-dialog.tsx"));

export const serverHref = (serverId: string) => `/settings/mcp-servers?server=${serverId}`;

/** Servers of others whose tools agents may use once somebody has read and approved them. */
export function McpServerList() {
  const servers = useQuery(mcpServersQuery);
  const mayWrite = useMay("mcp-servers:write");
  const [isAdding, setAdding] = useState(false);
  const { push } = useNavigate();
  return (
    <>
      <Card
        flush
        title="MCP servers"
        note={
          mayWrite ? (
            "Their tools serve agents once you have read and approved them, and until they change."
          ) : (
            <>
              You see the servers and their tools; adding and approving is for others. <WhomToAsk />
            </>
          )
        }
        actions={
          mayWrite ? (
            <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setAdding(true)}>
              New server
            </Button>
          ) : null
        }
      >
        {servers.isPending ? <SkeletonRows rows={3} /> : null}
        {servers.isError ? (
          <ErrorState
            error={servers.error}
            what="The servers could not be read"
            onRetry={() => void servers.refetch()}
            className="border-0"
          />
        ) : null}
        {servers.data?.length === 0 ? (
          <EmptyState title="No MCP server yet">
            A server offers tools over the Model Context Protocol, such as the tickets of a tracker or the pages of a wiki.
          </EmptyState>
        ) : null}
        {servers.data && servers.data.length > 0 ? (
          <Table caption="MCP servers" columns={COLUMNS} rows={servers.data} rowKey={(server) => server.id} />
        ) : null}
      </Card>
      <Suspense fallback={null}>
        {isAdding ? (
          <McpServerDialog server={null} onClose={() => setAdding(false)} onSaved={(server) => push(serverHref(server.id))} />
        ) : null}
      </Suspense>
    </>
  );
}

const COLUMNS: Column<McpServer>[] = [
  {
    id: "name",
    header: "Server",
    cell: (server) => (
      <div className="min-w-0">
        <RouteLink
          href={serverHref(server.id)}
          data-row=""
          className="max-w-full truncate rounded-sm font-mono text-sm font-medium after:absolute after:inset-0 hover:underline"
        >
          {server.name}
        </RouteLink>
        <p className="truncate text-xs text-faint">{server.url}</p>
      </div>
    ),
  },
  {
    id: "tools",
    header: "Tools",
    className: "w-48 max-sm:w-32",
    cell: ({ toolCounts }) => (
      <span className="text-xs whitespace-normal text-muted">
        {toolCounts.changed > 0 ? <Badge tone="bad">▲ changed</Badge> : null} {toolCountWords(toolCounts)}
      </span>
    ),
  },
  {
    id: "asked",
    header: "Asked",
    className: "w-28 text-xs text-muted max-md:hidden",
    cell: ({ refreshedAt }) => (refreshedAt ? <RelativeTime at={refreshedAt} /> : "not yet"),
  },
  {
    id: "state",
    header: "State",
    className: "w-16",
    cell: ({ isEnabled }) => <Badge tone={isEnabled ? "good" : "plain"}>{isEnabled ? "on" : "off"}</Badge>,
  },
];
