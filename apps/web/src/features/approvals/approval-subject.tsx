"use client";

import type { GatedCall, UnknownCall } from "@crew/contracts/tools";
import { Badge } from "../../ui/badge.tsx";
import { Code } from "../../ui/code.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { Moment } from "../../ui/moment.tsx";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { ToolClassBadge } from "../tools/tool-class.tsx";
import type { AskedApproval } from "./approval-words.ts";

/** What the question is about: a draft to read, a question of an agent, or a call exactly as it would be made. */
export function ApprovalSubject({ approval }: { approval: AskedApproval }) {
  const { kind, call, message, output, unknownCall } = approval;
  if (kind === "question") return <AgentQuestion text={message} taintedBy={call?.taintedBy ?? []} />;
  if (call) return <GatedCallView call={call} />;
  if (unknownCall) return <UnknownCallView call={unknownCall} />;
  if (kind !== "human_input") return <Code text={visibleText(output)} label="The call" wrap />;
  return (
    <ScrollRegion label="Draft" className="max-h-[50vh] overflow-y-auto rounded-md border border-line bg-surface p-3">
      <Markdown text={output} className="max-w-[80ch]" />
    </ScrollRegion>
  );
}

/** Plain text: an agent's words are not dressed up as the console's own. */
function AgentQuestion({ text, taintedBy }: { text: string; taintedBy: string[] }) {
  return (
    <div className="flex min-w-0 flex-col gap-2 rounded-md border border-line bg-surface p-3">
      <p className="max-w-[80ch] break-words whitespace-pre-wrap">{visibleText(text)}</p>
      {taintedBy.length > 0 ? (
        <p className="text-sm break-words text-warn">
          The agent has read content from outside ({visibleText(taintedBy.join(", "))}), which may have told it to ask this. Answer with
          nothing that strangers must not read.
        </p>
      ) : null}
    </div>
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
      <ul className="flex flex-col gap-1 text-sm break-words text-muted">
        {call.because?.includes("crew_rule") ? <li>The crew asks before each call of this tool.</li> : null}
        <li>
          {call.taintedBy.length > 0
            ? `The agent has read content from outside, which may have told it to do this: ${visibleText(call.taintedBy.join(", "))}.`
            : "Nothing from outside has been read before it."}
        </li>
      </ul>
      <p className="text-xs break-all text-faint">
        The answer counts for this call alone: <span className="font-mono">{call.hash}</span>
      </p>
    </div>
  );
}

/** What is known of a call whose worker was lost while it ran. */
function UnknownCallView({ call }: { call: UnknownCall }) {
  return (
    <div className="flex min-w-0 flex-col gap-2 rounded-md border border-line bg-surface p-3">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-mono text-sm font-medium break-all">{visibleText(call.tool)}</span>
        <ToolClassBadge value="unsafe" />
      </p>
      <Code label="Its exact arguments" text={visibleText(JSON.stringify(call.arguments, null, 2))} wrap />
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 text-sm">
        <dt className="text-faint">Begun</dt>
        <dd>{call.startedAt ? <Moment at={call.startedAt} /> : "unknown"}</dd>
        <dt className="text-faint">By worker</dt>
        <dd className="break-words">{call.worker || "unknown"}</dd>
        <dt className="text-faint">Key</dt>
        <dd className="font-mono text-xs leading-5 break-all">{call.idempotencyKey}</dd>
      </dl>
      <p className="text-xs text-faint">Look at the other side for this call, or for its key, before you answer.</p>
    </div>
  );
}
