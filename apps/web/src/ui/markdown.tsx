"use client";

import { lazy, Suspense } from "react";

const MarkdownView = lazy(() => import("./markdown-view.tsx"));

/**
 * Text of a model or of a person as rendered markdown. The renderer loads when first shown; until then the source
 * stands in its place, so nothing is ever missing.
 */
export function Markdown({ text, className }: { text: string; className?: string }) {
  return (
    <Suspense fallback={<div className={`break-words whitespace-pre-wrap ${className ?? ""}`}>{text}</div>}>
      <MarkdownView text={text} className={className} />
    </Suspense>
  );
}
