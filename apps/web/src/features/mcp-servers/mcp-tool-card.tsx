"use client";

import type { McpTool } from "@crew/contracts/mcp-servers";
import { useState } from "react";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Code } from "../../ui/code.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { McpToolChanges } from "./mcp-tool-changes.tsx";
import { McpToolDecision } from "./mcp-tool-decision.tsx";
import { classWords, toolStateLook } from "./mcp-words.ts";

export interface McpToolCardProps {
  serverId: string;
  tool: McpTool;
  mayWrite: boolean;
}

/** A tool in its server's own words, whole and as plain text: what a person reads before agents may use it. */
export function McpToolCard({ serverId, tool, mayWrite }: McpToolCardProps) {
  const isUndecided = tool.state === "new" || tool.state === "changed";
  const [isOpen, setOpen] = useState(isUndecided && tool.isOffered);
  const look = toolStateLook(tool);
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          <span className="font-mono text-sm break-all">{tool.name}</span>
          <Badge tone={look.tone}>{look.words}</Badge>
        </span>
      }
      note={<ToolNote tool={tool} />}
      actions={
        <Button
          size="sm"
          variant="ghost"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? "Close" : "Read"} ${tool.name}`}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Close" : "Read"}
        </Button>
      }
      flush={!isOpen}
    >
      {isOpen ? (
        <div className="flex flex-col gap-4">
          {tool.state === "changed" && tool.approved ? <McpToolChanges tool={tool} approved={tool.approved} /> : null}
          <section aria-label="Description" className="flex flex-col gap-1">
            <h3 className="text-sm font-medium">What the server says of it</h3>
            <Code label={`Description of ${tool.name}`} text={visibleText(tool.description) || "(nothing)"} wrap />
          </section>
          <section aria-label="Arguments" className="flex flex-col gap-1">
            <h3 className="text-sm font-medium">Its arguments</h3>
            <Code label={`JSON Schema of ${tool.name}`} text={visibleText(JSON.stringify(tool.parameters, null, 2))} wrap />
          </section>
          {mayWrite ? <McpToolDecision serverId={serverId} tool={tool} /> : null}
          <p className="text-xs break-all text-faint">
            An approval counts for this text alone: <span className="font-mono">{tool.hash}</span>
          </p>
        </div>
      ) : null}
    </Card>
  );
}

function ToolNote({ tool }: { tool: McpTool }) {
  return (
    <>
      {tool.state === "approved" ? `${classWords(tool.class)}. ` : ""}
      {tool.decidedBy && tool.decidedAt ? (
        <>
          {tool.state === "rejected" ? "Rejected" : "Approved"} by {tool.decidedBy} <RelativeTime at={tool.decidedAt} />.{" "}
        </>
      ) : null}
      {tool.originalName !== tool.name.split("__").slice(1).join("__") ? <>Its server calls it {visibleText(tool.originalName)}.</> : null}
    </>
  );
}
