"use client";

import { useSearchParams } from "next/navigation";
import { Suspense } from "react";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { McpServerList } from "./mcp-server-list.tsx";
import { McpServerView } from "./mcp-server-view.tsx";

/** All servers, or the one that the address names: `?server=mcp_…` can be linked, and Back leads to the list. */
export function McpServerSettings() {
  return (
    <Suspense fallback={<SkeletonRows rows={4} />}>
      <ListOrOne />
    </Suspense>
  );
}

function ListOrOne() {
  const serverId = useSearchParams().get("server");
  return serverId ? <McpServerView key={serverId} serverId={serverId} /> : <McpServerList />;
}
