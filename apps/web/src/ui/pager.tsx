"use client";

import { Button } from "./button.tsx";

export interface PagerProps {
  shown: number;
  noun: string;
  hasMore: boolean;
  busy: boolean;
  onMore: () => void;
}

/** The foot of a list that is read page by page: how many are shown, and a button for the next ones. */
export function Pager({ shown, noun, hasMore, busy, onMore }: PagerProps) {
  return (
    <div className="flex min-h-11 items-center justify-between gap-2 px-4 text-xs text-faint">
      <span aria-live="polite">
        {shown} {noun}
        {hasMore ? " shown, more to come" : ""}
      </span>
      {hasMore ? (
        <Button size="sm" busy={busy} onClick={onMore}>
          Show more
        </Button>
      ) : null}
    </div>
  );
}
