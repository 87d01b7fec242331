"use client";

import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { CopyButton } from "./copy-button.tsx";
import { explainError } from "./explain-error.ts";
import { TextLink } from "./text-link.tsx";

export interface ErrorStateProps {
  error: unknown;
  /** What was tried, as a clause: "The crews could not be read". */
  what: string;
  /** What is safe in spite of it: "Your draft is kept in this page." */
  kept?: string;
  onRetry?: () => void;
  action?: ReactNode;
  className?: string;
}

/** What happened, what was kept, what to do, and the id to ask about. */
export function ErrorState({ error, what, kept, onRetry, action, className }: ErrorStateProps) {
  const { reason, advice, requestId, issues, isForbidden, needsSecondFactor } = explainError(error);
  return (
    <div role="alert" className={classNames("flex flex-col gap-1 rounded-lg border border-line bg-surface p-4", className)}>
      <p className="flex items-baseline gap-2 font-medium">
        <span aria-hidden="true" className="text-bad">
          ✕
        </span>
        {what}.
      </p>
      <p className="text-sm text-muted">
        {reason} {kept} {advice}
      </p>
      {issues.length > 0 ? (
        <ul className="list-disc pl-5 text-sm text-muted">
          {issues.map((issue) => (
            <li key={issue.path + issue.message}>
              <span className="font-mono text-xs">{issue.path}</span> {issue.message}
            </li>
          ))}
        </ul>
      ) : null}
      <div className="mt-2 flex flex-wrap items-center gap-3 empty:hidden">
        {onRetry && !isForbidden ? (
          <Button size="sm" onClick={onRetry}>
            Try again
          </Button>
        ) : null}
        {action}
        {needsSecondFactor ? <TextLink href="/settings/security">Set up a second factor</TextLink> : null}
        {requestId ? (
          <span className="flex min-w-0 items-center gap-1 text-xs text-faint">
            Request <span className="min-w-0 font-mono break-all">{requestId}</span>
            <CopyButton text={requestId} label="Copy the request id" />
          </span>
        ) : null}
      </div>
    </div>
  );
}
