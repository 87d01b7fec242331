"use client";

import type { LiveApproval } from "@crew/client/live-run-view";
import type { GatedCall } from "@crew/contracts/tools";
import { Badge } from "../../ui/badge.tsx";
import { Code } from "../../ui/code.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { ToolClassBadge } from "../tools/tool-class.tsx";

/** What the question is about: a draft to read, or a call exactly as it would be made. */
export function ApprovalSubject({ approval }: { approval: LiveApproval }) {
  if (approval.call) return <GatedCallView call={approval.call} />;
  if (approval.kind !== "human_input") return <Code text={visibleText(approval.output)} label="The call" wrap />;
  return (
    <ScrollRegion label="Draft" className="max-h-80 overflow-y-auto rounded-md border border-line bg-surface p-3">
      <Markdown text={approval.output} className="max-w-[80ch]" />
    </ScrollRegion>
  );
}

/** Never rendered as markdown and never shortened: what is shown is what runs, character by character, the unseen ones too. */
function GatedCallView({ call }: { call: GatedCall }) {
  return (
    <div className="flex min-w-0 flex-col gap-2 rounded-md border border-line bg-surface p-3">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-mono text-sm font-medium break-all">{visibleText(call.tool)}</span>
        <ToolClassBadge value={call.class} />
        {call.host ? (
          <Badge tone="warn" className="h-auto min-h-5 whitespace-normal">
            <span className="break-all">sends to {visibleText(call.host)}</span>
          </Badge>
        ) : null}
      </p>
      <Code label="Its exact arguments" text={visibleText(JSON.stringify(call.arguments, null, 2))} wrap />
      <p className="text-sm break-words text-muted">
        {call.taintedBy.length > 0
          ? `The agent has read content from outside, which may have told it to do this: ${visibleText(call.taintedBy.join(", "))}.`
          : "Nothing from outside has been read before it."}
      </p>
      <p className="text-xs break-all text-faint">
        The answer counts for this call alone: <span className="font-mono">{call.hash}</span>
      </p>
    </div>
  );
}
