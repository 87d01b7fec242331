"use client";

import type { McpServerWithTools } from "@crew/contracts/mcp-servers";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { callApi } from "../../data/call-api.ts";
import { mcpServerEndpoints } from "../../data/endpoints.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatPlural } from "../../ui/format-figures.ts";
import { RouteLink } from "../../ui/route-link.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { visibleText } from "../../ui/visible-text.ts";
import { useMay } from "../members/use-may.ts";
import { McpServerCard } from "./mcp-server-card.tsx";
import { inOrderOfNeed, keepMcpServer, mcpServerQuery } from "./mcp-server-queries.ts";
import { McpToolCard } from "./mcp-tool-card.tsx";

/** One server with its tools. */
export function McpServerView({ serverId }: { serverId: string }) {
  const server = useQuery(mcpServerQuery(serverId));
  return (
    <>
      <RouteLink href="/settings/mcp-servers" className={buttonClass("ghost", "sm", "self-start")}>
        <ArrowLeft aria-hidden="true" className="size-3.5" />
        All servers
      </RouteLink>
      {server.isPending ? (
        <Card flush title="MCP server">
          <SkeletonRows rows={3} />
        </Card>
      ) : null}
      {server.isError && !server.data ? (
        <ErrorState error={server.error} what="The server could not be read" onRetry={() => void server.refetch()} />
      ) : null}
      {server.data ? <Loaded server={server.data} /> : null}
    </>
  );
}

function Loaded({ server }: { server: McpServerWithTools }) {
  const queries = useQueryClient();
  const mayWrite = useMay("mcp-servers:write");
  const refresh = useMutation({
    mutationFn: () => callApi(mcpServerEndpoints.refresh, { params: { mcpServerId: server.id }, body: {} }),
    onSuccess: (asked) => {
      keepMcpServer(queries, asked);
      const offered = asked.tools.filter(({ isOffered }) => isOffered).length;
      const { changed } = asked.toolCounts;
      if (changed === 0) showToast(`${asked.name} offers ${formatPlural(offered, "tool")}`);
      else {
        const detail = "What changed is off until somebody has read and approved it again.";
        showToast(`${formatPlural(changed, "tool")} of ${asked.name} changed`, { tone: "bad", detail });
      }
    },
  });
  return (
    <>
      <McpServerCard server={server} mayWrite={mayWrite} isAsking={refresh.isPending} onRefresh={() => refresh.mutate()} />
      {refresh.isError ? (
        <ErrorState error={refresh.error} what="The server's tools could not be read" kept="Its tools stay as they are." />
      ) : null}
      {server.tools.length === 0 ? (
        <Card>
          <EmptyState title={server.refreshedAt ? "It offers no tool" : "It has not been asked yet"}>
            {server.refreshedAt
              ? "What it offers later is found when it is asked again."
              : "Asking fetches the names and descriptions of its tools. None of them runs before you approve it."}
          </EmptyState>
        </Card>
      ) : null}
      {inOrderOfNeed(server.tools).map((tool) => (
        // A decision that was begun belongs to the text that was read.
        <McpToolCard key={`${tool.name} ${tool.hash}`} serverId={server.id} tool={tool} mayWrite={mayWrite} />
      ))}
      {server.refusedTools.length > 0 ? <RefusedTools refused={server.refusedTools} /> : null}
    </>
  );
}

function RefusedTools({ refused }: { refused: McpServerWithTools["refusedTools"] }) {
  return (
    <Card flush title="Not taken up" note="The server offers these too; they cannot be approved as they stand.">
      <ul>
        {refused.map((tool) => (
          <li key={tool.originalName} className="border-b border-line px-4 py-2.5 text-sm last:border-b-0">
            <p className="font-mono break-all">{visibleText(tool.originalName)}</p>
            <p className="text-muted">{visibleText(tool.reason)}.</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
