"use client";

import type { McpServerWithTools } from "@crew/contracts/mcp-servers";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Pencil, Power, RefreshCw, Trash2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { mcpServerEndpoints } from "../../data/endpoints.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { visibleText } from "../../ui/visible-text.ts";
import { LackNote } from "../members/lack-note.tsx";
import { DeleteMcpServerDialog } from "./delete-mcp-server-dialog.tsx";
import { textOfHeaders } from "./header-lines.ts";
import { keepMcpServer } from "./mcp-server-queries.ts";
import { toolCountWords } from "./mcp-words.ts";

const McpServerDialog = lazy(() => import("./mcp-server-dialog.tsx"));

export interface McpServerCardProps {
  server: McpServerWithTools;
  mayWrite: boolean;
  isAsking: boolean;
  onRefresh: () => void;
}

/** Where the server is, with what it is asked, and what can be done with it. */
export function McpServerCard({ server, mayWrite, isAsking, onRefresh }: McpServerCardProps) {
  const queries = useQueryClient();
  const [isEditing, setEditing] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const flip = useMutation({
    mutationFn: () => callApi(mcpServerEndpoints.update, { params: { mcpServerId: server.id }, body: { isEnabled: !server.isEnabled } }),
    onSuccess: (saved) => {
      keepMcpServer(queries, saved);
      showToast(saved.isEnabled ? `${saved.name} is on` : `${saved.name} is off, in runs under way too`);
    },
    onError: (error) => showToast("Nothing was changed", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <Card
      title={<span className="font-mono">{server.name}</span>}
      note={toolCountWords(server.toolCounts)}
      actions={
        mayWrite ? (
          <>
            <Button
              size="sm"
              variant={server.refreshedAt ? "secondary" : "primary"}
              icon={<RefreshCw className="size-3.5" />}
              busy={isAsking}
              onClick={onRefresh}
            >
              {server.refreshedAt ? "Ask again" : "Ask for its tools"}
            </Button>
            <DropdownMenu
              trigger={
                <Button size="sm" variant="ghost" aria-label={`Actions for ${server.name}`} className="w-7 px-0 max-sm:w-10">
                  <Ellipsis className="size-4" />
                </Button>
              }
              actions={[
                { label: "Change", icon: <Pencil />, onSelect: () => setEditing(true) },
                { label: server.isEnabled ? "Switch off" : "Switch on", icon: <Power />, onSelect: () => flip.mutate() },
                null,
                { label: "Delete", icon: <Trash2 />, danger: true, onSelect: () => setDeleting(true) },
              ]}
            />
          </>
        ) : null
      }
    >
      <div className="flex flex-col gap-3">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 text-sm">
          <Fact name="State">
            <Badge tone={server.isEnabled ? "good" : "plain"}>{server.isEnabled ? "on" : "off"}</Badge>
          </Fact>
          <Fact name="Address">
            <span className="font-mono text-xs">{visibleText(server.url)}</span>
          </Fact>
          <Fact name="Headers">
            <span className="font-mono text-xs whitespace-pre-wrap">{textOfHeaders(server.headers) || "none"}</span>
          </Fact>
          <Fact name="Last asked">{server.refreshedAt ? <RelativeTime at={server.refreshedAt} /> : "not yet"}</Fact>
        </dl>
        <LackNote permission="mcp-servers:write" />
      </div>
      <Suspense fallback={null}>
        {isEditing ? (
          <McpServerDialog server={server} onClose={() => setEditing(false)} onSaved={() => showToast("The server is changed")} />
        ) : null}
      </Suspense>
      <DeleteMcpServerDialog server={isDeleting ? server : null} onClose={() => setDeleting(false)} />
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-all">{children}</dd>
    </>
  );
}
