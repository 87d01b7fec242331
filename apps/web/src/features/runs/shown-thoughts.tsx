"use client";

import { lazy, Suspense } from "react";

const Thoughts = lazy(() => import("./thoughts.tsx"));

/** What a model thought before it spoke, where its provider tells. `isUnderWay`: it has not spoken yet. */
export function ShownThoughts({ text, isUnderWay = false }: { text: string; isUnderWay?: boolean }) {
  if (text === "") return null;
  return (
    <Suspense fallback={<p className="text-sm leading-7 text-faint">{isUnderWay ? "Thinking…" : "Thought for a moment"}</p>}>
      <Thoughts text={text} isUnderWay={isUnderWay} />
    </Suspense>
  );
}
