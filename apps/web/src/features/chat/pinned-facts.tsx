"use client";

import type { Conversation } from "@crew/contracts/conversations";
import { Pin } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { formatPlural } from "../../ui/format-figures.ts";

const FactsDialog = lazy(() => import("./facts-dialog.tsx"));

/** What the model is reminded of with every question, however long the conversation grows. */
export function PinnedFacts({ conversation }: { conversation: Conversation }) {
  const [isOpen, setOpen] = useState(false);
  const count = conversation.facts.length;
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="inline-flex h-7 items-center gap-1.5 rounded-md px-1.5 text-xs text-faint hover:bg-hover hover:text-text max-sm:h-10"
      >
        <Pin aria-hidden="true" className="size-3" />
        {count === 0 ? "Pin a fact" : formatPlural(count, "pinned fact")}
      </button>
      <Suspense fallback={null}>{isOpen ? <FactsDialog conversation={conversation} onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  );
}
