"use client";

import type { InboxApproval } from "@crew/contracts/approvals";
import { Badge } from "../../ui/badge.tsx";
import { classNames } from "../../ui/class-names.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { askedLine, decidedWords, kindWords } from "./approval-words.ts";

/** Takes `j`, `k` and Enter, as the rows of every list. */
export function ApprovalRow({ approval, href, isShown }: { approval: InboxApproval; href: string; isShown: boolean }) {
  const { kind, crewName, taskKey, decision, decidedAt, createdAt, deadlineAt } = approval;
  return (
    <li className="border-b border-line last:border-b-0">
      <RouteLink
        data-row
        href={href}
        aria-current={isShown ? "true" : undefined}
        className={classNames("flex min-w-0 flex-col gap-1 px-3 py-2.5 -outline-offset-2 hover:bg-hover", isShown && "md:bg-pressed/60")}
      >
        <span className="flex items-center gap-2 text-xs text-faint">
          <Badge tone={kind === "needs_attention" ? "bad" : kind === "tool_call" ? "warn" : "plain"}>{kindWords(kind)}</Badge>
          <span className="min-w-0 flex-1 truncate text-warn">
            {decision === null && deadlineAt !== null ? (
              <>
                answer <RelativeTime at={deadlineAt} />
              </>
            ) : null}
          </span>
          <RelativeTime at={decidedAt ?? createdAt} />
        </span>
        <span className="line-clamp-2 text-sm font-medium break-words">{visibleText(askedLine(approval))}</span>
        <span className="truncate text-sm text-muted">
          {decision === null ? `${crewName}${taskKey ? ` · ${taskKey}` : ""}` : decidedWords(approval)}
        </span>
      </RouteLink>
    </li>
  );
}
