"use client";

import { type ReactNode, useState } from "react";
import { formatCount } from "../../ui/format-figures.ts";

/** A long text, cut with its length named; a person decides to see the rest. */
export function ClampedText({ text, limit, children }: { text: string; limit: number; children: (shown: string) => ReactNode }) {
  const [isWhole, setWhole] = useState(false);
  const isLong = text.length > limit * 1.2;
  return (
    <>
      {children(isLong && !isWhole ? `${text.slice(0, limit)}…` : text)}
      {isLong ? (
        <button
          type="button"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
          className="mt-1 rounded-sm text-xs text-accent hover:underline max-sm:py-2"
        >
          {isWhole ? "Show less" : `Show all ${formatCount(text.length)} characters`}
        </button>
      ) : null}
    </>
  );
}
