"use client";

import type { LiveTool } from "@crew/client/live-run-view";
import type { ToolClass } from "@crew/contracts/tools";
import { ChevronRight } from "lucide-react";
import { memo, useState } from "react";
import { Badge } from "../../ui/badge.tsx";
import { classNames } from "../../ui/class-names.ts";
import { formatDuration } from "../../ui/format-figures.ts";
import { StatusMark } from "../../ui/status-mark.tsx";
import { ClampedText } from "./clamped-text.tsx";

const MARKS = { running: "running", done: "succeeded", failed: "failed" } as const;
const CLASS_WORDS = { read: "only reads", idempotent: "safe to repeat", unsafe: "at most once" } as const;

/** As a run's events tell of it, or as an answer keeps it, which does not say of what class it was. */
type ShownTool = Omit<LiveTool, "class"> & { class: ToolClass | null };

/** One tool call: what was asked, what came back, how long it took. Closed it is one line. `isHeld`: its run waits. */
export const ToolReceipt = memo(function ToolReceipt({ tool, isHeld = false }: { tool: ShownTool; isHeld?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const isUnknown = isHeld && tool.state === "running";
  return (
    <div className="min-w-0 rounded-md border border-line bg-sunken">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex min-h-9 w-full min-w-0 items-center gap-2 rounded-md px-2.5 text-left text-sm hover:bg-hover max-sm:min-h-11"
      >
        <StatusMark state={isUnknown ? "waiting" : MARKS[tool.state]} label={false} words={isUnknown ? "outcome unknown" : tool.state} />
        <span className="shrink-0 font-mono text-xs font-semibold">{tool.tool}</span>
        <span className="min-w-0 flex-1 truncate font-mono text-xs text-muted">{argumentLine(tool.arguments)}</span>
        {tool.fromCache ? <span className="shrink-0 text-xs text-faint">kept from before</span> : null}
        {tool.durationMs === null || tool.fromCache ? null : (
          <span className="shrink-0 text-xs text-faint">{formatDuration(tool.durationMs)}</span>
        )}
        <ChevronRight
          aria-hidden="true"
          className={classNames("size-3.5 shrink-0 text-faint transition-transform", isOpen && "rotate-90")}
        />
      </button>
      {tool.error && !isOpen ? <p className="px-2.5 pb-2 text-sm break-words text-bad">{tool.error.message}</p> : null}
      {isOpen ? (
        <div className="flex flex-col gap-2 border-t border-line p-2.5">
          {tool.class === null ? null : (
            <div className="flex flex-wrap items-center gap-2">
              <Badge tone={tool.class === "unsafe" ? "warn" : "plain"}>
                {tool.class} · {CLASS_WORDS[tool.class]}
              </Badge>
            </div>
          )}
          <Part label="Arguments" text={JSON.stringify(tool.arguments, null, 2) ?? ""} />
          {tool.result === null ? null : <Part label="Result" text={tool.result} />}
          {tool.error ? <Part label="Error" text={tool.error.message} isBad /> : null}
        </div>
      ) : null}
    </div>
  );
});

function Part({ label, text, isBad = false }: { label: string; text: string; isBad?: boolean }) {
  return (
    <div className="min-w-0">
      <p className="text-xs text-faint">{label}</p>
      <ClampedText text={text} limit={800}>
        {(shown) => (
          <pre className={classNames("font-mono text-xs leading-5 break-words whitespace-pre-wrap", isBad && "text-bad")}>
            {shown || "(empty)"}
          </pre>
        )}
      </ClampedText>
    </div>
  );
}

/** `url: https://…, limit: 5` in one line. */
function argumentLine(args: unknown): string {
  if (args === null || args === undefined) return "";
  if (typeof args !== "object" || Array.isArray(args)) return JSON.stringify(args);
  return Object.entries(args)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ")
    .slice(0, 200);
}
