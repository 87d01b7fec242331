"use client";

import type { Memory } from "@crew/contracts/memories";
import { Trash2 } from "lucide-react";
import { Badge } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { ClampedText } from "../runs/clamped-text.tsx";

const SHOWN_CHARACTERS = 400;

export interface MemoryRowProps {
  memory: Memory;
  mayWrite: boolean;
  onDelete: () => void;
}

/** What a crew keeps, character by character: later runs read it as it stands. */
export function MemoryRow({ memory, mayWrite, onDelete }: MemoryRowProps) {
  return (
    <li className="flex items-start gap-2 border-b border-line py-3 pr-2 pl-4 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-faint">
          <span className="font-medium text-text">{memory.crewName}</span>
          <span>
            {visibleText(memory.agentKey)} in {visibleText(memory.taskKey)}
          </span>
          <RelativeTime at={memory.createdAt} />
          <TextLink href={`/runs/${memory.runId}`}>its run</TextLink>
          <TextLink href={`/settings/memories?run=${memory.runId}`}>all of that run</TextLink>
        </p>
        {memory.tainted ? (
          <p className="mt-1 flex flex-wrap items-center gap-2 text-xs text-muted">
            <Badge tone="warn">▲ from outside</Badge>
            {memory.taintedBy.length > 0 ? <span className="min-w-0 break-all">{visibleText(memory.taintedBy.join(", "))}</span> : null}
          </p>
        ) : null}
        <div className="mt-1">
          <ClampedText text={memory.text} limit={SHOWN_CHARACTERS}>
            {(shown) => <p className="max-w-[80ch] text-sm break-words whitespace-pre-wrap">{visibleText(shown)}</p>}
          </ClampedText>
        </div>
      </div>
      {mayWrite ? <IconButton label="Forget this" icon={<Trash2 />} onClick={onDelete} /> : null}
    </li>
  );
}
