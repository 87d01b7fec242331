"use client";

import { ChevronRight } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { classNames } from "../../ui/class-names.ts";
import { ScrollRegion } from "../../ui/scroll-region.tsx";

const NEAR_PX = 48;

/**
 * What a model thought, as plain text whatever it looks like. Open while nothing else is said yet, a line afterwards,
 * unless somebody has opened or closed it.
 */
export default function Thoughts({ text, isUnderWay }: { text: string; isUnderWay: boolean }) {
  const [chosen, choose] = useState<boolean | null>(null);
  const isOpen = chosen ?? isUnderWay;
  return (
    <div className="min-w-0 text-sm">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => choose(!isOpen)}
        className="-ml-1.5 inline-flex h-7 items-center gap-1 rounded-md px-1.5 text-faint hover:bg-hover hover:text-text max-sm:h-10"
      >
        <ChevronRight aria-hidden="true" className={classNames("size-3 transition-transform", isOpen && "rotate-90")} />
        {isUnderWay ? "Thinking…" : "Thought for a moment"}
        {isUnderWay ? <span aria-hidden="true" className="ml-0.5 size-1.5 animate-pulse-soft rounded-full bg-accent" /> : null}
      </button>
      {isOpen ? <Words text={text} isUnderWay={isUnderWay} /> : null}
    </div>
  );
}

/** Its newest words stay in sight, until the reader scrolls up. */
function Words({ text, isUnderWay }: { text: string; isUnderWay: boolean }) {
  const words = useRef<HTMLParagraphElement>(null);
  const shown = useRef(0);
  useEffect(() => {
    const box = words.current?.parentElement;
    if (!box || !isUnderWay || text.length === shown.current) return;
    const isFirst = shown.current === 0;
    shown.current = text.length;
    if (isFirst || box.scrollHeight - box.clientHeight - box.scrollTop < NEAR_PX) box.scrollTop = box.scrollHeight;
  }, [text, isUnderWay]);
  return (
    <ScrollRegion label="What the model thought" className="mt-1 mb-1.5 max-h-60 overflow-auto border-l-2 border-line pl-3">
      <p ref={words} className="break-words whitespace-pre-wrap text-muted">
        {text}
      </p>
    </ScrollRegion>
  );
}
