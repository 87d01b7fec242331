"use client";

import { LifeBuoy } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { isDemoModel } from "../models/demo-note.tsx";

const FallbackDialog = lazy(() => import("./fallback-dialog.tsx"));

export interface FallbackChoiceProps {
  /** What is asked first. */
  model: string;
  value: readonly string[];
  onChange: (models: string[]) => void;
}

/** Beside a conversation's model: who is asked when that one gives up. */
export function FallbackChoice({ model, value, onChange }: FallbackChoiceProps) {
  const [isOpen, setOpen] = useState(false);
  // It is computed here and cannot be away.
  if (isDemoModel(model) && value.length === 0) return null;
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="inline-flex h-7 max-w-full items-center gap-1.5 rounded-md px-1.5 text-xs text-faint hover:bg-hover hover:text-text max-sm:h-10"
      >
        <LifeBuoy aria-hidden="true" className="size-3 shrink-0" />
        <span className="truncate">{value.length === 0 ? "If it fails, ask…" : `If it fails, ask ${value.join(", then ")}`}</span>
      </button>
      <Suspense fallback={null}>
        {isOpen ? <FallbackDialog model={model} value={value} onChange={onChange} onClose={() => setOpen(false)} /> : null}
      </Suspense>
    </>
  );
}
